import type { Answer } from './action.ts';
import { type Maps, none } from './maps.ts';

/** The `if`s for the top of a server block: one for each status, whatever the number of rules. */
export function serverText(
  maps: Maps,
  value: string,
  answers: readonly { readonly value: string; readonly answer: Answer }[],
): string {
  if (value === none) return '';
  // Rules that always fire give a constant, which `if` does not take.
  const verdict = value.startsWith('$') ? value : maps.add('verdict', none, [], value);
  const texts = answers.filter(({ answer }) => answer.text !== undefined);
  const statuses = [...new Set(texts.map(({ answer }) => answer.status))].toSorted((a, b) => a - b);
  const dropped = answers.some(({ answer }) => answer.text === undefined);
  const text = () =>
    maps.add(
      'text',
      verdict,
      texts.map(({ value: key, answer }) => ({ key, value: answer.text ?? none })),
      none,
    );
  return [
    ...(dropped ? [`if (${verdict} = 444) {\n    return 444;\n}\n`] : []),
    ...statuses.map((status) => `if (${verdict} ~ "^${status}\\.") {\n    return ${status} ${text()};\n}\n`),
  ].join('');
}
