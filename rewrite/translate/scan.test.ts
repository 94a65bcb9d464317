import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanExpressions } from './scan.ts';

const word = fc.string({ unit: fc.constantFrom(...'abcdeopqrstvwxz0-_'), minLength: 3, maxLength: 12 });
const words = fc.uniqueArray(word, { minLength: 1, maxLength: 60 });
const finds = (text: string, found: string) => new RegExp(found, 'i').test(text);

describe('scanExpressions', () => {
  it('finds every word wherever it stands and however it is written', () => {
    fc.assert(
      fc.property(words, fc.string(), fc.string(), (list, before, after) => {
        const expressions = scanExpressions(list);
        for (const one of list) {
          for (const text of [one, before + one + after, `${before}${one.toUpperCase()}${after}`]) {
            const responsible = expressions.filter((expression) => expression.words.includes(one));
            expect(responsible.length).toBe(1);
            expect(responsible.some((expression) => finds(text, expression.text))).toBe(true);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('finds nothing where no part of a word longer than six characters stands', () => {
    fc.assert(
      fc.property(words, fc.string({ unit: fc.constantFrom('f', 'g', 'h', '/', '='), maxLength: 40 }), (list, text) => {
        expect(scanExpressions(list).some((expression) => finds(text, expression.text))).toBe(false);
      }),
    );
  });

  it('keeps within what nginx reads as one parameter', () => {
    const many = Array.from({ length: 3_000 }, (_, at) => `word${(at * 7919).toString(36)}v`);
    const expressions = scanExpressions(many);
    expect(Math.max(...expressions.map((expression) => expression.text.length))).toBeLessThan(4_000);
    expect(expressions.flatMap((expression) => expression.words).length).toBe(many.length);
  });
});
