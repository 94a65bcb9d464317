import type { PatternSyntax } from '../model.ts';
import { foldCase, type PatternSearch, searchPattern } from '../pattern/index.ts';

/**
 * Compiles a pattern for searching a whole body: ECMAScript as it stands, ExactMatch as a substring (URL Rewrite 2.0
 * reference, "Rule Pattern Syntax"). Wildcard patterns are refused when a configuration is parsed. Throws `PatternProblem`.
 */
export function bodySearch(source: string, syntax: PatternSyntax, ignoreCase: boolean): PatternSearch {
  if (syntax !== 'ExactMatch') return searchPattern(source, syntax, ignoreCase);
  const wanted = ignoreCase ? foldCase(source) : source;
  return {
    mostCharacters: Number.POSITIVE_INFINITY,
    over: (text) => {
      const folded = ignoreCase ? foldCase(text) : text;
      return (from) => {
        const index = folded.indexOf(wanted, from);
        return index < 0 ? undefined : { index, captures: [text.slice(index, index + source.length)] };
      };
    },
  };
}
