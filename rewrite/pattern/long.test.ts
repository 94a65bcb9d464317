import { describe, expect, it } from 'vitest';
import { compilePattern } from './compile.ts';
import { PatternProblem } from './problem.ts';

/** As many characters as a pattern may have; one of them took two minutes, and others the whole stack, when there was no such bound. */
const most = 8192;

const pieces: readonly (readonly [string, string])[] = [
  ['words', 'tion\\.pjec'],
  ['one letter', 'a'],
  ['optional letters', 'a?'],
  ['optional and other letters', 'a?b'],
  ['repeats', 'a*b'],
  ['counted repeats', 'a{2,9}'],
  ['choices', '(a|b)'],
  ['optional groups', '(?:ab)?'],
  ['look-aheads', '(?=.*ab)'],
  ['classes', '[a-z]'],
  ['anything, and a letter', '.*a'],
  ['alternatives', 'ab|'],
  ['references', '()\\1'],
];

describe('a pattern as long as it may be', () => {
  it.each(pieces)('of %s is compiled, or refused for what it is', (_, piece) => {
    const source = piece.repeat(most / piece.length);
    try {
      expect(compilePattern(source, 'ECMAScript', true).test('x'.repeat(2000))).toBeTypeOf('boolean');
    } catch (error) {
      expect(error).toBeInstanceOf(PatternProblem);
    }
  });

  it('of that many different letters is refused as costly', () => {
    const source = Array.from({ length: most / 2 }, (_, at) => String.fromCharCode(0x4e00 + at)).join('|');
    expect(() => compilePattern(source, 'ECMAScript', true)).toThrow(
      expect.objectContaining({ name: 'PatternProblem', code: 'costly-pattern' }),
    );
  });
});

it.each(['ECMAScript', 'Wildcard', 'ExactMatch'] as const)(
  'a longer %s pattern is refused, with what to do',
  (syntax) => {
    expect(() => compilePattern('a'.repeat(most + 1), syntax, true)).toThrow(/at most 8192 characters; spread it over/);
  },
);
