import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sieveExpressions } from './sieve.ts';
import type { RuleNeeds } from './sieve-places.ts';

const run = fc.string({ unit: fc.constantFrom(...'abcdeopqrstvwxz0-_'), minLength: 3, maxLength: 12 });
/** A string as its runs; what is between them does not matter. */
const string = fc.array(run, { minLength: 1, maxLength: 2 });
const list = fc.array(string, { minLength: 1, maxLength: 3 });
const rule = fc.array(list, { minLength: 1, maxLength: 2 });
const rules = fc.array(rule, { minLength: 1, maxLength: 80 });
/** As PCRE2 reads it: what JavaScript does not have only saves time, or is said otherwise. */
const finds = (text: string, expressions: readonly string[]) =>
  expressions
    .map((one) => one.replaceAll('(*PRUNE)', '').replaceAll('(?:25)++', '(?=((?:25)+))\\1'))
    .some((one) => new RegExp(one, 'i').test(text));
const mixed = (text: string, at: number) =>
  [...text].map((char, i) => ((i + at) % 2 ? char.toUpperCase() : char)).join('');
/** Rules with a word of ten letters at random each, the same in every run (Park and Miller's generator). */
function letters(count: number): readonly RuleNeeds[] {
  let state = 20_260_101;
  const letter = () => {
    state = (state * 48_271) % 2_147_483_647;
    return String.fromCharCode(97 + (state % 26));
  };
  return Array.from({ length: count }, () => [[[Array.from({ length: 10 }, letter).join('')]]]);
}

describe('sieveExpressions', () => {
  it('finds every text that has of each list of a rule one string, wherever it stands and however it is written', () => {
    fc.assert(
      fc.property(
        rules,
        fc.string(),
        fc.constantFrom('none', 'odd', 'odd or of %'),
        fc.nat(),
        (all, between, escapes, seed) => {
          const expressions = sieveExpressions(all, escapes);
          for (const [at, lists] of all.entries()) {
            const strings = lists.map((options) => options[(seed + at) % options.length] ?? []);
            const text = strings.map((runs) => between + runs.join(between)).join(between) + between;
            expect(finds(mixed(text, at), expressions)).toBe(true);
          }
        },
      ),
      { numRuns: 80 },
    );
  });

  it('finds nothing in texts that have no letter of any word', () => {
    fc.assert(
      fc.property(rules, fc.string({ unit: fc.constantFrom('f', 'g', 'h', '/', '='), maxLength: 40 }), (all, text) => {
        expect(finds(text, sieveExpressions(all, 'odd'))).toBe(false);
      }),
    );
  });

  it('finds words among a thousand, and hardly any ordinary address', () => {
    const all = letters(1_000);
    const expressions = sieveExpressions(all, 'odd');
    const words = all.flat(3);
    expect(words.filter((word) => finds(`/a?${word}=1`, expressions)).length).toBe(1_000);
    const ordinary = [
      '/owa/auth/logon.aspx?url=https%3a%2f%2fmail.example.org%2fowa%2f&reason=0',
      '/EWS/Exchange.asmx',
      '/index.html',
      '/api/v2/next/box?max=7',
    ];
    expect(ordinary.filter((text) => finds(text, expressions))).toEqual([]);
  });

  it.each(['%2D', '%30', '%39', '%41', '%4f', '%5A', '%5f', '%6b', '%7a', '%2541', '%252525%32', '%u0041', '%25252d'])(
    'finds the odd escape %s',
    (sent) => {
      expect(finds(`/a/${sent}b`, sieveExpressions([[[['zxq']]]], 'odd'))).toBe(true);
      expect(finds(`/a/${sent}b`, sieveExpressions([[[['zxq']]]], 'none'))).toBe(false);
    },
  );

  it.each(['%20', '%2F', '%3A', '%40', '%5B', '%5d', '%60', '%7B', '%7f', '%C3%A9', '%252F', '%25253a', '%e2%82%ac'])(
    'lets the ordinary escape %s go on',
    (sent) => {
      expect(finds(`/a/${sent}/b`, sieveExpressions([[[['zxq']]]], 'odd'))).toBe(false);
      expect(finds(`/a/${sent}/b`, sieveExpressions([[[['zxq']]]], 'odd or of %'))).toBe(sent.startsWith('%25'));
    },
  );

  it('keeps within what nginx reads as one parameter, whatever the number of words', () => {
    for (const count of [1, 100, 3_000]) {
      const expressions = sieveExpressions(letters(count), 'odd');
      expect(expressions.length).toBe(1);
      expect(Math.max(...expressions.map((one) => one.length))).toBeLessThan(4_000);
    }
  });
});
