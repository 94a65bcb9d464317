import { stringText } from './quoting.ts';
import { nameOf, type Statements, setCaptured } from './statements.ts';

/** A word inside a string: a literal, a variable, or a text that is worked out. */
export function stringWord(source: string, statements: Statements): string {
  if (source.startsWith("'")) return stringText(source.slice(1, -1));
  if (source.startsWith('%{')) return source;
  const text = source.startsWith("reqenv('")
    ? source
    : statements.text('said', (name) => [setCaptured(source, '(?s)^(.*)\\z', name)]);
  statements.keep(nameOf(text));
  return `%{reqenv:${nameOf(text)}}`;
}
