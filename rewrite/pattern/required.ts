import type { AST } from '@eslint-community/regexpp';
import { foldCodeUnit } from './fold.ts';

/**
 * Literals that any match must contain, as a conjunctive normal form: of each clause at least one string. Taken from the syntax tree
 * bottom up: a part that can only be one of few strings is `exact`; where that ends, what was gathered becomes a clause.
 */
export type Clause = readonly string[];

interface Knowledge {
  /** All strings the part can consume, if they are few. */
  readonly exact?: Clause;
  /** What must stand somewhere in the input besides. */
  readonly clauses: readonly Clause[];
}

const mostStrings = 24;
const longest = 96;
/** Strings of a clause that are compared with one another. */
const mostCompared = 500;
const unknown: Knowledge = { clauses: [] };
const empty: Knowledge = { exact: [''], clauses: [] };

/** The clauses of a pattern; with `ignoreCase` folded by `foldCase`. No clauses: nothing is known. */
export function requiredLiterals(pattern: AST.Pattern, ignoreCase: boolean): readonly Clause[] {
  return withoutImplied(allClauses(ofAlternatives(pattern.alternatives, ignoreCase)));
}

function ofAlternatives(alternatives: readonly AST.Alternative[], ignoreCase: boolean): Knowledge {
  const parts = alternatives.map((alternative) => ofSequence(alternative.elements, ignoreCase));
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const exact = parts.every((part) => part.exact) ? unique(parts.flatMap((part) => part.exact ?? [])) : undefined;
  if (exact !== undefined && exact.length <= mostStrings && parts.every((part) => part.clauses.length === 0)) {
    return { exact, clauses: [] };
  }
  const best = parts.map((part) => bestClause(allClauses(part)));
  const either = simplified(best.flatMap((clause) => clause ?? []));
  return best.includes(undefined) || either.length > mostStrings ? unknown : { clauses: [either] };
}

function ofSequence(elements: readonly AST.Element[], ignoreCase: boolean): Knowledge {
  const clauses: Clause[] = [];
  let gathered: Clause = [''];
  let broken = false;
  const flush = (next: Clause) => {
    clauses.push(gathered);
    gathered = next;
    broken = true;
  };
  for (const element of elements) {
    const part = ofElement(element, ignoreCase);
    clauses.push(...part.clauses);
    const joined = part.exact === undefined ? undefined : product(gathered, part.exact);
    if (joined !== undefined) gathered = joined;
    else flush(part.exact ?? ['']);
  }
  if (broken) flush(['']);
  return { ...(broken ? {} : { exact: gathered }), clauses: clauses.map(simplified).filter(isUseful) };
}

function ofElement(element: AST.Element, ignoreCase: boolean): Knowledge {
  switch (element.type) {
    case 'Character':
      return { exact: [text(element.value, ignoreCase)], clauses: [] };
    case 'CharacterClass':
      return ofClass(element, ignoreCase);
    case 'Group':
    case 'CapturingGroup':
      return ofAlternatives(element.alternatives, ignoreCase);
    case 'Quantifier':
      return ofQuantifier(element, ignoreCase);
    case 'Assertion':
      if (element.kind !== 'lookahead' || element.negate) return empty;
      return { exact: [''], clauses: allClauses(ofAlternatives(element.alternatives, ignoreCase)) };
    default:
      return unknown;
  }
}

function ofClass(node: AST.CharacterClass, ignoreCase: boolean): Knowledge {
  if (node.negate) return unknown;
  const members = new Set<string>();
  for (const member of node.elements) {
    if (member.type !== 'Character' && member.type !== 'CharacterClassRange') return unknown;
    const [low, high] =
      member.type === 'Character' ? [member.value, member.value] : [member.min.value, member.max.value];
    if (high - low >= mostStrings) return unknown;
    for (let unit = low; unit <= high; unit += 1) members.add(text(unit, ignoreCase));
  }
  return members.size > mostStrings ? unknown : { exact: [...members], clauses: [] };
}

function ofQuantifier(node: AST.Quantifier, ignoreCase: boolean): Knowledge {
  const part = ofElement(node.element, ignoreCase);
  if (node.min === 0) {
    return node.max === 1 && part.exact !== undefined && part.clauses.length === 0
      ? { exact: unique(['', ...part.exact]), clauses: [] }
      : unknown;
  }
  let repeated: Clause | undefined = [''];
  for (let count = 0; count < node.min && repeated !== undefined; count += 1) {
    const next: Clause | undefined = part.exact === undefined ? undefined : product(repeated, part.exact);
    // What matches nothing, or only the empty text, is the same however often it is repeated.
    if (next?.length === repeated.length && next.every((one, at) => one === repeated?.[at])) break;
    repeated = next;
  }
  if (repeated === undefined) return { clauses: allClauses(part) };
  if (node.min === node.max) return { exact: repeated, clauses: part.clauses };
  return { clauses: [simplified(repeated), ...part.clauses].filter(isUseful) };
}

const text = (unit: number, ignoreCase: boolean) => String.fromCharCode(ignoreCase ? foldCodeUnit(unit) : unit);
const unique = (strings: Clause): Clause => [...new Set(strings)];
const isUseful = (clause: Clause): boolean => clause.length > 0 && !clause.includes('');
const allClauses = (part: Knowledge): readonly Clause[] =>
  [...(part.exact === undefined ? [] : [simplified(part.exact)]), ...part.clauses].filter(isUseful);

/** All joins of a string of one with a string of the other; `undefined` if they are too many or too long. */
function product(left: Clause, right: Clause): Clause | undefined {
  if (left.length * right.length > mostStrings) return undefined;
  const joined = unique(left.flatMap((head) => right.map((tail) => head + tail)));
  return joined.some((string) => string.length > longest) ? undefined : joined;
}

/** Without strings that contain another of the clause: whoever has the longer has the shorter. Left as they are where comparing them takes long. */
function simplified(clause: Clause): Clause {
  const all = unique(clause);
  if (all.length > mostCompared) return all;
  return all.filter((string) => !all.some((other) => other !== string && string.includes(other)));
}

/** The clause that says most: the longest shortest string, then the fewest strings. */
export function bestClause(clauses: readonly Clause[]): Clause | undefined {
  const worth = (clause: Clause) => Math.min(...clause.map((string) => string.length)) - clause.length / 100;
  return clauses.reduce<Clause | undefined>(
    (best, clause) => (best === undefined || worth(clause) > worth(best) ? clause : best),
    undefined,
  );
}

/** Drops clauses that another one implies: each string of the other contains one of this. */
function withoutImplied(clauses: readonly Clause[]): readonly Clause[] {
  const implies = (stronger: Clause, weaker: Clause) =>
    stronger.every((string) => weaker.some((part) => string.includes(part)));
  return clauses.filter(
    (clause, at) =>
      !clauses.some(
        (other, place) => place !== at && implies(other, clause) && (place < at || !implies(clause, other)),
      ),
  );
}
