import { Inexpressible } from '../pcre/index.ts';

/** Bytes of one parameter that nginx reads (its buffer has 4,096, quotes and all). */
export const longestParameter = 4000;

/** A regular expression as a map key. Ours hold printable ASCII, no quotes, and no backslash that nginx would take for its own. */
export function expressionKey(caseless: boolean, expression: string): string {
  if (!/^(?:[ !#-[\]-~]|\\[^"'\\trn])*$/.test(expression))
    throw new TypeError(`not an expression of ours: ${expression}`);
  return withinLimit(`"${caseless ? '~*' : '~'}${expression}"`);
}

/** A parameter that nginx can read. `@throws` Inexpressible `length`. */
export function withinLimit(parameter: string): string {
  if (Buffer.byteLength(parameter) > longestParameter) {
    throw new Inexpressible(
      'length',
      `it becomes ${Buffer.byteLength(parameter)} bytes where nginx reads at most ${longestParameter}`,
    );
  }
  return parameter;
}

/** Text from a rule as it may stand in a comment: one line, printable ASCII, cut to 80 characters. */
export function commentText(text: string): string {
  const shown = text.replace(/[^\w .:,@/+()-]/g, '?');
  return shown.length > 80 ? `${shown.slice(0, 77)}...` : shown;
}
