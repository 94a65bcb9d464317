import type { PatternSyntax } from '../model.ts';
import { foldCase, patternTree } from '../pattern/index.ts';

/** One match inside a longer text. */
export interface Found {
  /** Offset in the text, UTF-16 code units. */
  readonly index: number;
  /** The matched text, then each group, empty where a group took no part. */
  readonly captures: readonly string[];
}

/** Looks for a pattern in a body, from an offset on. */
export type Search = (text: string, from: number) => Found | undefined;

/**
 * Compiles a pattern for searching a whole body: ECMAScript as it stands, ExactMatch as a substring (URL Rewrite 2.0
 * reference, "Rule Pattern Syntax"). Wildcard patterns are refused when a configuration is parsed.
 */
export function searchFor(source: string, syntax: PatternSyntax, ignoreCase: boolean): Search {
  if (syntax === 'ExactMatch') return substringSearch(source, ignoreCase);
  const expression = new RegExp(patternTree(source, syntax, ignoreCase).source, ignoreCase ? 'gi' : 'g');
  return (text, from) => {
    expression.lastIndex = from;
    const found = expression.exec(text);
    return found ? { index: found.index, captures: Array.from(found, (group) => group ?? '') } : undefined;
  };
}

function substringSearch(source: string, ignoreCase: boolean): Search {
  const wanted = ignoreCase ? foldCase(source) : source;
  let known = { text: '', folded: '' };
  return (text, from) => {
    if (ignoreCase && known.text !== text) known = { text, folded: foldCase(text) };
    const index = (ignoreCase ? known.folded : text).indexOf(wanted, from);
    return index < 0 ? undefined : { index, captures: [text.slice(index, index + source.length)] };
  };
}
