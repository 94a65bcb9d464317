import type { Answer } from './action.ts';
import type { FirstLook } from './first-look.ts';
import { inText, type Maps, none } from './maps.ts';

/** What the verdict on a request that goes on elsewhere begins with. */
export const rewritten = 'rewritten';

/** The `if`s for the top of a server block: one for each status, whatever the number of rules. */
export function serverText(
  maps: Maps,
  value: string,
  answers: readonly { readonly value: string; readonly answer: Answer }[],
  firstLook: FirstLook,
): string {
  if (value === none) return '';
  // Rules that always fire give a constant, which `if` does not take.
  const verdict = value.startsWith('$') ? value : maps.add('verdict', none, [], value);
  const looked = `$${maps.capture('answer')}`;
  const look = firstLook.text(looked, verdict);
  const answer = look === undefined ? verdict : looked;
  const texts = answers.filter((one) => one.answer.text !== undefined);
  const elsewhere = texts.filter((one) => one.answer.rewritten !== undefined);
  const ends = texts.filter((one) => one.answer.rewritten === undefined);
  const statuses = [...new Set(ends.map((one) => one.answer.status))].toSorted((a, b) => a - b);
  const dropped = answers.some((one) => one.answer.text === undefined);
  const text = () =>
    maps.add(
      'text',
      verdict,
      texts.map((one) => ({ key: one.value, value: one.answer.text ?? none })),
      none,
    );
  return [
    look ?? '',
    ...(dropped ? [`if (${answer} = 444) {\n    return 444;\n}\n`] : []),
    ...statuses.map((status) => `if (${answer} ~ "^${status}\\.") {\n    return ${status} ${text()};\n}\n`),
    ...elsewhere.map((one) => `if (${answer} = ${one.value}) {\n    ${rewriting(one.answer, text())}\n}\n`),
  ].join('');
}

/** Keeps `$1` to `$9` past lines that use expressions: as one text with line ends between, which no host name has, and taken from it again. */
export function keepingCaptures(maps: Maps, text: string): string {
  if (text === '') return '';
  const kept = `$${maps.capture('kept')}`;
  const all = Array.from({ length: 9 }, (_, at) => `$${at + 1}`).join('\\n');
  const groups = Array.from({ length: 9 }, () => '([^\\n]*)').join('\\n');
  return `set ${kept} "${all}";\n${text}if (${kept} ~ "^${groups}\\z") {\n}\n`;
}

/** No flag: what the server block itself says comes next, for the new path. The `?` at the end keeps nginx from adding the query by itself. */
function rewriting({ rewritten: path = '' }: Answer, query: string): string {
  return `rewrite ^ "${path.slice(1, -1)}?${inText(query)}?";`;
}
