import type { AST } from '@eslint-community/regexpp';
import { foldCodeUnit } from './fold.ts';
import { Piece } from './piece.ts';
import { isAnything } from './sets.ts';
import type { PatternTree } from './tree.ts';

/** `.*`, `.+`, `[\s\S]*?`: any run of at least `minimum` characters. */
export interface Gap {
  readonly minimum: number;
  readonly greedy: boolean;
}

/** A place in a match: `offset` characters behind the start of a piece; piece -1 is the whole match's start, piece `pieces.length` its end. */
export interface Place {
  readonly piece: number;
  readonly offset: number;
}

/**
 * A pattern that is nothing but literal pieces with gaps between: `(.*)X-BEResource=(.+)/(.+)~(.+)`. Backtracking engines take polynomial time for
 * it; looking for one piece after the other takes linear time.
 */
export interface Chain {
  readonly anchoredStart: boolean;
  readonly anchoredEnd: boolean;
  /** What gaps and holes may take in: characters of one line (`.`), or all. */
  readonly within: 'line' | 'all';
  readonly links: readonly { readonly gap: Gap | undefined; readonly piece: Piece }[];
  readonly tail: Gap | undefined;
  /** Start and end of each group, in order. */
  readonly groups: readonly { readonly start: Place; readonly end: Place }[];
}

type Token =
  | { readonly kind: 'character'; readonly value: string | undefined }
  | { readonly kind: 'gap'; readonly gap: Gap }
  | { readonly kind: 'open' | 'close'; readonly group: number };

/** The chain that a pattern is, or `undefined`. */
export function chainOf(tree: PatternTree): Chain | undefined {
  const [only, ...others] = tree.ast.alternatives;
  if (only === undefined || others.length > 0) return undefined;
  const elements = [...only.elements];
  const isEdge = (element: AST.Element | undefined, kind: string) =>
    element?.type === 'Assertion' && element.kind === kind;
  const anchoredStart = isEdge(elements[0], 'start');
  if (anchoredStart) elements.shift();
  const anchoredEnd = isEdge(elements.at(-1), 'end');
  if (anchoredEnd) elements.pop();
  const reader = new TokenReader(tree.ignoreCase);
  if (elements.length === 0 || !reader.read(elements)) return undefined;
  const within = reader.reaches.has('line') ? 'line' : 'all';
  if (reader.reaches.size > 1 || (within === 'line' && reader.hasLineTerminator)) return undefined;
  const assembled = assemble(reader.tokens);
  return assembled === undefined ? undefined : { anchoredStart, anchoredEnd, within, ...assembled };
}

class TokenReader {
  readonly tokens: Token[] = [];
  readonly reaches = new Set<'line' | 'all'>();
  hasLineTerminator = false;
  readonly #ignoreCase: boolean;
  #groups = 0;

  constructor(ignoreCase: boolean) {
    this.#ignoreCase = ignoreCase;
  }

  /** Whether all elements could be read as tokens. */
  read(elements: readonly AST.Element[]): boolean {
    return elements.every((element) => this.#readElement(element));
  }

  #readElement(element: AST.Element): boolean {
    if (element.type === 'Character') return this.#readCharacter(element.value);
    if (element.type === 'Group' || element.type === 'CapturingGroup') return this.#readGroup(element);
    const repeated = element.type === 'Quantifier' ? element : undefined;
    const reach = isAnything(repeated?.element ?? element);
    if (reach === undefined) return false;
    this.reaches.add(reach);
    if (repeated === undefined) this.tokens.push({ kind: 'character', value: undefined });
    else if (repeated.max === Number.POSITIVE_INFINITY) {
      this.tokens.push({ kind: 'gap', gap: { minimum: repeated.min, greedy: repeated.greedy } });
    }
    return repeated === undefined || repeated.max === Number.POSITIVE_INFINITY;
  }

  #readCharacter(unit: number): boolean {
    const value = String.fromCharCode(this.#ignoreCase ? foldCodeUnit(unit) : unit);
    this.hasLineTerminator ||= /[\n\r\u2028\u2029]/.test(value);
    this.tokens.push({ kind: 'character', value });
    return true;
  }

  #readGroup(group: AST.Group | AST.CapturingGroup): boolean {
    const [only, ...others] = group.alternatives;
    if (only === undefined || others.length > 0) return false;
    if (group.type === 'Group') return this.read(only.elements);
    this.#groups += 1;
    const number = this.#groups;
    this.tokens.push({ kind: 'open', group: number });
    const readable = this.read(only.elements);
    this.tokens.push({ kind: 'close', group: number });
    return readable;
  }
}

/** Puts characters together to pieces. Two gaps side by side are not taken: which of them takes how much is for an engine to say. */
function assemble(tokens: readonly Token[]): Pick<Chain, 'links' | 'tail' | 'groups'> | undefined {
  const links: { gap: Gap | undefined; piece: Piece }[] = [];
  const marks = new Map<string, Place>();
  let gap: Gap | undefined;
  let characters: (string | undefined)[] = [];
  const finish = () => {
    if (characters.length > 0) links.push({ gap, piece: new Piece(characters) });
    if (characters.length > 0) gap = undefined;
    characters = [];
  };
  for (const token of tokens) {
    if (token.kind === 'character') characters.push(token.value);
    else if (token.kind === 'gap') {
      finish();
      if (gap !== undefined) return undefined;
      gap = token.gap;
    } else {
      const atStart = links.length === 0 && characters.length === 0 && gap === undefined;
      const place = { piece: atStart ? -1 : links.length, offset: characters.length };
      marks.set(`${token.kind} ${token.group}`, place);
    }
  }
  finish();
  if (links.length === 0 && gap === undefined) return undefined;
  const place = (key: string): Place => marks.get(key) ?? { piece: -1, offset: 0 };
  const groups = Array.from({ length: marks.size / 2 }, (_, at) => ({
    start: place(`open ${at + 1}`),
    end: place(`close ${at + 1}`),
  }));
  return { links, tail: gap, groups };
}
