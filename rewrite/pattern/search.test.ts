import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Found, searchPattern } from './index.ts';

/** All matches, each search going on behind the last one. */
function all(pattern: string, text: string): readonly Found[] {
  const find = searchPattern(pattern, 'ECMAScript', true).over(text);
  const found: Found[] = [];
  for (let from = 0; from <= text.length; ) {
    const next = find(from);
    if (!next) break;
    found.push(next);
    from = next.index + Math.max(1, next.captures[0]?.length ?? 0);
  }
  return found;
}

describe('searchPattern', () => {
  const patterns = [
    'a',
    'x*',
    'a.*?b',
    'a(.*)b',
    '.*a',
    '(.*?)b',
    '"(.*?)"',
    '(a|b)+c',
    '(a*)*b',
    '^a',
    'a$',
    '\\ba',
    'a(?=b)',
    '(?=.*a)(?=.*b)',
    '(?!.*c)b',
    '[^"]*"',
    '(?:(a)|b)*c',
    '[\\s\\S]*a',
    '(?=(.*)a)b',
    '(?=.*(a|c))(?=.*?(b))("|)',
  ];
  it.each(patterns)('finds every match of %s that a global RegExp finds', (pattern) => {
    const text = fc.array(fc.constantFrom('a', 'b', 'B', 'c', '"', '\n', ' '), { maxLength: 14 });
    fc.assert(
      fc.property(text, (characters) => {
        const input = characters.join('');
        const expected = [...input.matchAll(new RegExp(pattern, 'gi'))].map((match) => ({
          index: match.index,
          captures: Array.from(match, (group) => group ?? ''),
        }));
        expect(all(pattern, input)).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });

  it('takes linear time where a backtracking engine takes polynomial time', () => {
    expect(all('href="(.*)x(.*)"', 'href="'.repeat(20_000))).toEqual([]);
    expect(all('"(.*?)"', `${'"a" '.repeat(5_000)}${'"'.repeat(5_001)}`)).toHaveLength(7_500);
  });
});
