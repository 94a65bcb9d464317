import type { Clause } from '../pattern/index.ts';
import { literalText } from '../pcre/index.ts';

/** What normalising a path cannot make: the rest of a required string stands in the raw target as it is, escaped or not. */
const split = /[^!$&-.0-[\]-~]+/;

/** An escape whose own digits are escaped, or one that only HTTP.sys knows (`%u0070`): read as if it could be any word. */
export const escapedEscape = '.*?%(?:25(?:25)*(?:%|[0-9a-f]%)|u)';

/**
 * What must hold of the raw target of a request (`~*`) for the words that any match needs to be in it: escaped once or more often, in any
 * order and anywhere. Empty: nothing is known, so it always holds.
 */
export function wordsText(clauses: readonly Clause[]): string {
  const words = clauses.map(clauseText).join('');
  return words === '' ? '' : `(?:${words}|${escapedEscape})`;
}

function clauseText(clause: Clause): string {
  const options = clause.map((string) => string.split(split).filter((run) => run !== ''));
  if (options.some((runs) => runs.length === 0)) return '';
  const texts = options.map((runs) => runs.map((run) => `(?=.*?${literalText(run, true)})`).join(''));
  const [only] = texts;
  return only !== undefined && texts.length === 1 ? only : `(?:${texts.join('|')})`;
}
