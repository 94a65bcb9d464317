import { Inexpressible } from '../pcre/index.ts';

/** A directive's argument in double quotes: Apache takes `\\` and `\"` for what they stand for and leaves other backslashes alone. */
export function argument(text: string): string {
  if (/[^\P{Cc}\t]/u.test(text)) {
    throw new Inexpressible('control character', 'a control character in a text of Apache configuration');
  }
  // A `${NAME}` would be replaced by a variable of Apache's configuration.
  if (text.includes('${')) throw new Inexpressible('text', 'Apache reads a configuration variable into "${"');
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** An expression as an argument: its regular expressions keep their backslashes, of which none stands before another or a quote. */
export function expressionArgument(expression: string): string {
  if (/["\n]|\\\\|\$\{/.test(expression)) throw new TypeError(`not an expression of ours: ${expression}`);
  return `"${expression}"`;
}

/** Text inside a string of Apache's expression syntax, where `%{…}` and `$1` are replaced. */
export function stringText(text: string): string {
  return text
    .replace(/\\/g, '\\\\')
    .replace(/\$(?=\d)/g, '\\$')
    .replace(/%\{/g, '%\\{');
}

/** A literal word of an expression. `@throws` Inexpressible for what cannot stand in one. */
export function word(text: string): string {
  if (!/^[ !#-&(-[\]-~]*$/.test(text) || /\$\d|%\{|\$\{/.test(text)) {
    throw new Inexpressible('text', 'quotes, backslashes or characters beyond ASCII beside a variable');
  }
  return `'${text}'`;
}
