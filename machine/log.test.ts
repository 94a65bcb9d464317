import { expect, it } from 'vitest';
import { lineLog } from './log.ts';
import { visible } from './visible.ts';

const clock = { now: () => 0, elapsed: () => 0, sleep: async () => {} };

it.each([
  ['an escape sequence', '\u001b[2J', '\\u001b[2J'],
  ['the same in one character of C1', '\u009b2J', '\\u009b2J'],
  ['a line of its own', 'a\nb\u0085c\u2028d', 'a\\nb\\u0085c\\u2028d'],
  ['text that reads backwards', 'a\u202eb\u2066c\u200f', 'a\\u202eb\\u2066c\\u200f'],
  ['a deletion', 'a\u007fb\u0008', 'a\\u007fb\\b'],
])('a log shows %s and does not obey it, in messages and in fields', (_what, given, shown) => {
  let line = '';
  lineLog(clock, (text) => {
    line = text;
  }).info(`x ${given}`, { why: given });
  expect(line.startsWith(`1970-01-01T00:00:00.000Z info  x ${shown} why="`)).toBe(true);
  expect(line.slice(0, -1)).toBe(visible(line.slice(0, -1)));
});

it('text of any language stays as it is', () => {
  expect(visible('Überprüft: 検証 ✓ 👩‍💻')).toBe('Überprüft: 検証 ✓ 👩‍💻');
});
