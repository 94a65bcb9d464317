import { literalText } from '../pcre/index.ts';
import type { GateWords } from '../translate/gate-words.ts';
import type { Scan } from '../translate/input.ts';
import { type ScanExpression, scanExpressions } from '../translate/scan.ts';
import { expressionKey, longestParameter } from '../translate/text.ts';
import { escapedEscape } from '../translate/words.ts';
import { anyOf, type MapEntry, type Maps, none } from './maps.ts';

/** A rule behind its gate. */
export interface Gated<Rule> {
  readonly rule: Rule;
  readonly gate: GateWords;
}

/** Escapes that no encoder writes: of letters, digits, `-` and `_`, however often the `%` is escaped itself; and `%u`. */
const oddEscapes: ScanExpression = { text: '%(?:(?:25)*(?:2d|3[0-9]|[46][1-9a-f]|[57][0-9a]|5f)|u)', words: [] };
/** So many rules at least are looked at together: each variable costs every request a little, as nginx clears them all. */
const fewest = 8;
/** Of a word, so much is enough to tell whether a block of rules is worth looking at. */
const enough = 12;

/** Rules that are looked at together, the value that comes of it, and the words without which nothing can. */
interface Block {
  readonly value: string;
  readonly words: readonly string[];
}

/**
 * Emits the stages: a scan for the words of all rules; where one is found, which block of rules has it; and what `inner` emits for the rules of
 * a block. Returns the value: empty, or what `inner` gave.
 */
export function emitGate<Rule>(
  maps: Maps,
  scan: Scan,
  gated: readonly Gated<Rule>[],
  hit: string,
  inner: (rules: readonly Rule[]) => string,
): string {
  const words = [...new Set(gated.flatMap(({ gate }) => gate.words))].toSorted();
  const expressions = scanExpressions(words);
  const all = scan.escapes ? [...expressions, oddEscapes] : expressions;
  const blocks = emitBlocks(gated, expressions, inner);
  const [only] = blocks;
  if (only !== undefined && blocks.length === 1) {
    const entries = all.map(({ text }) => ({ key: expressionKey(true, text), value: only.value }));
    return maps.add('scan', scan.source, entries, none);
  }
  // A text may hold words of several blocks: each scan has a map of its own, and all are asked.
  const scans = all.map((one) => {
    const value = one === oddEscapes ? emitClose(maps, scan, blocks, hit) : emitPlain(maps, scan, blocks, one, hit);
    return maps.add('scan', scan.source, [{ key: expressionKey(true, one.text), value }], none);
  });
  const any = anyOf(maps, scans, hit);
  // Most requests that get here hold no word: one map finds that out sooner than one for each scan.
  return maps.add(
    'found',
    scan.source,
    all.map((one) => ({ key: expressionKey(true, one.text), value: any })),
    none,
  );
}

/** Blocks of rules of which the first words are found by the same scan, if possible. */
function emitBlocks<Rule>(
  gated: readonly Gated<Rule>[],
  expressions: readonly ScanExpression[],
  inner: (rules: readonly Rule[]) => string,
): readonly Block[] {
  const scanOf = ({ gate }: Gated<Rule>) => expressions.findIndex((one) => one.words.includes(gate.words[0] ?? ''));
  const blockSize = Math.max(fewest, Math.ceil(Math.sqrt(gated.length)));
  const sorted = gated.length <= blockSize ? gated : gated.toSorted((a, b) => scanOf(a) - scanOf(b));
  const groups: Gated<Rule>[][] = [];
  for (const one of sorted) {
    const last = groups.at(-1);
    if (last && last.length < blockSize) last.push(one);
    else groups.push([one]);
  }
  return groups.map((group) => ({
    value: inner(group.map(({ rule }) => rule)),
    words: [...new Set(group.flatMap(({ gate }) => gate.words))],
  }));
}

/** Lines of a map that all lead to one value, for as many texts as nginx takes in each. */
function linesOf(texts: readonly string[], value: string): readonly MapEntry[] {
  const lines: string[] = [];
  for (const text of texts) {
    const longer = `${lines.at(-1)}|${text}`;
    if (lines.length > 0 && longer.length < longestParameter - 10) lines.splice(-1, 1, longer);
    else lines.push(text);
  }
  return lines.map((line) => ({ key: expressionKey(true, line), value }));
}

/** The blocks of one scan's words, each behind its own. */
function emitPlain(maps: Maps, scan: Scan, blocks: readonly Block[], { words }: ScanExpression, hit: string): string {
  const found = new Set(words);
  const values = blocks
    .filter((block) => block.words.some((word) => found.has(word)))
    .map((block) => {
      const texts = block.words.map((word) => literalText(word, false));
      return maps.add('plain', scan.source, linesOf(texts, block.value), none);
    });
  return anyOf(maps, values, hit);
}

/** All blocks, each behind its words in every form that escapes can give them. */
function emitClose(maps: Maps, scan: Scan, blocks: readonly Block[], hit: string): string {
  const values = blocks.map((block) => {
    const forms = new Set(block.words.map((word) => literalText(word.slice(0, enough), true)));
    return maps.add('close', scan.close, linesOf([...forms, `^//${escapedEscape}`], block.value), none);
  });
  return anyOf(maps, values, hit);
}
