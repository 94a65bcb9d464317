import type { PatternTree } from '../pattern/index.ts';
import { isPlainSearch, printString, printWay } from './linear.ts';
import { type Node, type Side, sequence } from './node.ts';
import { printNode } from './print.ts';
import { has, type Ranges, unitSet, unitsOf } from './ranges.ts';
import { readPattern } from './read.ts';
import { type Way, waysThrough } from './steps.ts';
import { symbolText, type TextForm } from './symbol.ts';
import { trimPattern } from './trim.ts';

/**
 * A pattern's verdict as PCRE, to be compiled with `~*` if the pattern ignores case and `~` otherwise, behind `options`.
 *
 * `found`: the text matches where any of the expressions does. `unless`: the text matches unless the
 * expression does, which proves within a bounded number of steps that the pattern is not there; an engine that gives up refuses.
 */
export type SearchText =
  | {
      readonly kind: 'found';
      readonly options: string;
      readonly expressions: readonly string[];
      /** Only words in their order count, read through any escapes: where in the target they stand changes nothing. */
      readonly placeless: boolean;
    }
  | { readonly kind: 'unless'; readonly options: string; readonly absent: string };

/** Steps PCRE2 may take over a pattern of no linear shape: about a millisecond. */
const mostSteps = 100_000;
/** PCRE2's interpreter counts every step it may have to take back; its JIT compiler and possessive repetitions skip many uncounted. */
const counted = '(*NO_JIT)(*NO_AUTO_POSSESS)';
const dotAll = '(?s)';

/** Translates a pattern. `@throws` Inexpressible. */
export function searchText(tree: PatternTree, form: Omit<TextForm, 'caseless'>): SearchText {
  const full: TextForm = { ...form, caseless: tree.ignoreCase };
  const node = trimPattern(readPattern(tree.ast, tree.ignoreCase, form.side));
  const ways = waysThrough(node, form.side);
  if (ways === undefined) return bounded(node, full, tree);
  const plain = ways.every(isPlainSearch);
  const expressions = ways.map((way) =>
    plain ? printString(way.strings[0] ?? [], full, false) : `^${printWay(way, full)}`,
  );
  const placeless = full.decode && full.side === 'wide' && ways.every(isPlaceless);
  return { kind: 'found', options: dotAll, expressions: [...new Set(expressions)], placeless };
}

/** Whether a pattern like `.*` or `^(.*)$` matches every text, as far as this side can tell. */
export function matchesAnything(tree: PatternTree, side: Side): boolean {
  const ways = waysThrough(trimPattern(readPattern(tree.ast, tree.ignoreCase, side)), side) ?? [];
  return ways.some(isFree) && (side === 'wide' || !ways.some((way) => way.ends));
}

function isFree(way: Way): boolean {
  const holdsNothing = way.looks.length === 0 && way.strings.flat().length === 0;
  return holdsNothing && (!way.ends || way.strings.length > 1 || !way.anchored);
}

/** The structure as it is, behind the words it needs: where one is missing, nothing has to be tried. On the narrow side a match has to be found within the steps. */
function bounded(node: Node, form: TextForm, tree: PatternTree): SearchText {
  const options = `${counted}(*LIMIT_MATCH=${mostSteps})${dotAll}`;
  const pattern = printNode(cheapestFirst(node), form);
  if (form.side === 'narrow') return { kind: 'found', options, expressions: [pattern], placeless: false };
  const words = tree.requiredLiterals.map((clause) => `(?=.*?${anyLiteral(clause, form.decode)})`).join('');
  return { kind: 'unless', options, absent: `(?!${words}${tree.anchoredStart ? '' : '.*?'}(?:${pattern}))` };
}

function anyLiteral(strings: readonly string[], escapes: boolean): string {
  const texts = strings.map((string) => literalText(string, escapes));
  return texts.length === 1 ? texts.join('') : `(?:${texts.join('|')})`;
}

/** Look-aheads over the rest of the text are tried only where what follows them matches. */
function cheapestFirst(node: Node): Node {
  if (node.kind !== 'sequence') return node;
  const at = node.items.findIndex((item) => item.kind !== 'look');
  if (at <= 0) return node;
  const rest: Node = { kind: 'look', negate: false, body: sequence(node.items.slice(at)) };
  return sequence([rest, ...node.items.slice(0, at)]);
}

/** Strings of letters that are no slashes, anywhere. */
function isPlaceless(way: Way): boolean {
  const anywhere = !way.ends && (!way.anchored || way.strings[0]?.length === 0);
  const letters = way.strings.flat().every((ranges) => !has(ranges, 0x2f) && isLetter(ranges));
  return anywhere && letters && way.looks.every((look) => !look.negate && look.ways.every(isPlaceless));
}

const isLetter = (ranges: Ranges): boolean =>
  ranges.length <= 4 && unitsOf(ranges).length <= 4 && unitsOf(ranges).every((unit) => unit < 0x80);

/**
 * A string, letter case ignored (`~*`), as text may hold it that is escaped or not, and that IIS decodes or not: a letter counts even where
 * it looks like part of an escape.
 */
export function literalText(text: string, escapes: boolean): string {
  const form: TextForm = { side: 'wide', decode: escapes, encoding: 'utf8', caseless: true };
  return Array.from({ length: text.length }, (_, at) =>
    symbolText(unitSet(text.charCodeAt(at), true), form, false),
  ).join('');
}
