import { Inexpressible } from '../pcre/index.ts';
import { withinLimit } from '../translate/text.ts';

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
