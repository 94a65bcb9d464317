import { expect, it } from 'vitest';
import { harmless, styleFor } from './style.ts';

it('what is printed keeps our colours, lines and tabs, and nothing else that a terminal obeys', () => {
  const { red, dim } = styleFor({ isTTY: true }, {});
  const ours = `${red('stopgap:')} a\tb\r\n${dim('c')}\n`;
  expect(harmless(ours)).toBe(ours);
  expect(harmless(`${red('x')}\u001b]0;title\u0007\u001b[8m\u009b1A\r over`)).toBe(
    `${red('x')}\\u001b]0;title\\u0007\\u001b[8m\\u009b1A\\r over`,
  );
});

it('JSON stays the same JSON', () => {
  const value = { reason: 'a\u009bb\u202ec\u007f\u001b' };
  expect(JSON.parse(harmless(JSON.stringify(value, undefined, 2)))).toEqual(value);
});
