import type { SearchText } from '../index.ts';
import type { TextForm } from '../symbol.ts';

/** Runs the expressions as JavaScript, of which they use what it has in common with PCRE. One character is one byte. */
export function matches(search: SearchText, ignoreCase: boolean, text: string): boolean {
  const run = (expression: string) =>
    new RegExp(
      expression.replaceAll('(?>', '(?:').replaceAll('\\z', '(?![^])').replaceAll('*+', '*'),
      ignoreCase ? 'is' : 's',
    ).test(text);
  return search.kind === 'found' ? search.expressions.some(run) : !run(`^${search.absent}`);
}

/** A text in UTF-8: as seen by a side, with escapes or without. */
export const form = (side: TextForm['side'], decode: boolean) => ({ side, decode, encoding: 'utf8' as const });
