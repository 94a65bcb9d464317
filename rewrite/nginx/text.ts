import { Inexpressible } from './pcre/index.ts';

/** Bytes of one parameter that nginx reads (its buffer has 4,096, quotes and all). */
export const longestParameter = 4000;

/**
 * A parameter in double quotes. nginx takes `\"`, `\\`, `\t`, `\r` and `\n` for what they stand for and leaves other backslashes alone, so
 * every backslash of the text is doubled. `@throws` Inexpressible for control characters and for what is too long.
 */
export function quoted(text: string): string {
  const control = /[^\P{Cc}\t\r\n]/u.exec(text);
  if (control)
    throw new Inexpressible(
      'control character',
      `U+${control[0].charCodeAt(0).toString(16).padStart(4, '0')} in a text`,
    );
  const escaped = text
    .replace(/["\\]/g, '\\$&')
    .replaceAll('\t', '\\t')
    .replaceAll('\r', '\\r')
    .replaceAll('\n', '\\n');
  return withinLimit(`"${escaped}"`);
}

/** A regular expression as a map key. Ours hold printable ASCII, no quotes, and no backslash that nginx would take for its own. */
export function expressionKey(caseless: boolean, expression: string): string {
  if (!/^(?:[ !#-[\]-~]|\\[^"'\\trn])*$/.test(expression))
    throw new TypeError(`not an expression of ours: ${expression}`);
  return withinLimit(`"${caseless ? '~*' : '~'}${expression}"`);
}

function withinLimit(parameter: string): string {
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
