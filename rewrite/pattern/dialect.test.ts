import { describe, expect, test } from 'vitest';
import { compilePattern } from './compile.ts';
import { PatternProblem } from './problem.ts';

function problemOf(source: string): PatternProblem {
  try {
    compilePattern(source, 'ECMAScript', true);
  } catch (error) {
    if (error instanceof PatternProblem) return error;
    throw error;
  }
  throw new Error(`${source} was taken`);
}

describe("IIS's regular expressions", () => {
  test.each([
    ['look-behind', '(?<=a)b', 0, /look-behind/],
    ['negative look-behind', 'x(?<!a)b', 1, /look-behind/],
    ['named groups', '(?<name>a)', 0, /named groups/],
    ['inline flags', '(?i)a', 1, /Invalid group/],
    ['flags of a group', '(?i:a)', 0, /ignoreCase/],
    ['atomic groups', '(?>a)', 1, /Invalid group/],
    ['possessive quantifiers', 'a++', 3, /possessive/],
    ['a stray {', '^/{C:1}', 2, /write \\\{/],
    ['a stray }', 'a}', 1, /write \\\}/],
    ['a stray ]', 'a]', 1, /write \\\]/],
    ['unicode properties', '\\p{L}', 0, /write p/],
    ['anchors of Perl', 'a\\z', 1, /write z/],
    ['quotation', '\\Qa\\E', 0, /write Q/],
    ['octal escapes', '\\012', 0, /octal/],
    ['references to groups that come later', '\\1(a)', 0, /no finished group/],
    ['references to the group they stand in', '(a\\1)', 2, /no finished group/],
    ['incomplete hexadecimal escapes', '\\x4', 0, /no meaning/],
    ['incomplete unicode escapes', '\\u12', 0, /no meaning/],
    ['a backslash at the end', 'a\\', 1, /end of pattern/],
    ['repeated look-aheads', '(?=a)*', 0, /repeated/],
    ['a range that ends in a class', '[.-\\w]', 2, /range/],
    ['a range behind a class and a dash', '[\\w--/]', 3, /range/],
    ['ranges the wrong way round', '[b-a]', 4, /out of order/],
    ['unknown POSIX classes', '[[:word:]]', 1, /no character class/],
    ['collating elements', '[[.a.]]', 1, /no character class/],
    ['nothing to repeat', '*a', 1, /Nothing to repeat/],
    ['unclosed groups', '(a', 2, /Unterminated group/],
    ['groups nested without end', '('.repeat(300), 250, /nested/],
  ])('have no %s', (_, source, offset, message) => {
    const problem = problemOf(source);
    expect(problem).toMatchObject({ code: 'invalid-pattern', offset });
    expect(problem.message).toMatch(message);
  });

  test.each([
    ['identity escapes', '\\%\\@\\/\\-\\_\\"', '%@/-_"'],
    ['hexadecimal and unicode escapes', '\\x41\\u0042\\cA', 'AB\u0001'],
    ['a backspace in a class', '[\\b]', '\b'],
    ['POSIX classes', '^[[:alpha:]_]+[^[:digit:][:space:]]$', 'a_B-'],
    ['references to groups that can hold few characters', '^(["\'])x\\1$', "'x'"],
    ['quantifiers', '^a{2}b{1,}c{0,2}d??e*?$', 'aabb'],
    ['empty alternatives and groups', '^(|a)()b||c$', 'ab'],
    ['a quantifier on a group', '^(?:ab){2}$', 'abab'],
    ['a dash behind a class', '^[\\w-.]+[\\d-\\s][a-z-\\d][-\\w]$', 'a-b.c---'],
    ['an opening bracket in a class', '^[[]$', '['],
  ])('have %s', (_, source, input) => {
    expect(compilePattern(source, 'ECMAScript', false).exec(input)?.[0]).toBe(input);
  });

  test('need no regular expression in Wildcard and ExactMatch', () => {
    expect(compilePattern('a{*}\\', 'Wildcard', true).exec('A{x}\\')).toEqual(['A{x}\\', 'x']);
    expect(compilePattern('(?<=', 'ExactMatch', true).test('(?<=')).toBe(true);
  });
});
