import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern, patternTree } from '../pattern/index.ts';
import { ecmaScriptPattern } from '../translate/testing/generated-rules.ts';
import { type SearchText, searchText } from './index.ts';
import type { TextForm } from './symbol.ts';

/** Runs the expressions as JavaScript, of which they use what it has in common with PCRE. One character is one byte. */
function matches(search: SearchText, ignoreCase: boolean, text: string): boolean {
  const run = (expression: string) =>
    new RegExp(
      expression.replaceAll('(?>', '(?:').replaceAll('\\z', '(?![^])').replaceAll('*+', '*'),
      ignoreCase ? 'is' : 's',
    ).test(text);
  return search.kind === 'found' ? search.expressions.some(run) : !run(`^${search.absent}`);
}

const form = (side: TextForm['side'], decode: boolean) => ({ side, decode, encoding: 'utf8' as const });
const pieces = [
  'owa',
  'auth',
  'powershell',
  'json',
  'a',
  '1',
  '/',
  '.',
  '=',
  '&',
  '@',
  '~',
  '?',
  '-',
  ';',
  '%',
  ' ',
  'b',
  'OWA',
  'ow',
];
const text = fc.array(fc.constantFrom(...pieces), { maxLength: 7 }).map((parts) => parts.join(''));
const readable = ecmaScriptPattern.filter((pattern) => {
  try {
    patternTree(pattern, 'ECMAScript', true);
    return true;
  } catch {
    return false;
  }
});

describe('searchText', () => {
  it('has the verdict of the pattern for text of one line, on both sides', () => {
    fc.assert(
      fc.property(readable, fc.boolean(), text, (pattern, ignoreCase, input) => {
        const tree = patternTree(pattern, 'ECMAScript', ignoreCase);
        const wanted = compilePattern(pattern, 'ECMAScript', ignoreCase).test(input);
        expect(matches(searchText(tree, form('wide', false)), ignoreCase, input)).toBe(wanted);
        expect(matches(searchText(tree, form('narrow', false)), ignoreCase, input)).toBe(wanted);
      }),
      { numRuns: 120 },
    );
  });

  it('has the verdict of the pattern for escaped text that IIS decodes', () => {
    const escapes = fc.array(fc.boolean(), { minLength: 80, maxLength: 80 });
    fc.assert(
      fc.property(readable, fc.boolean(), text, escapes, (pattern, ignoreCase, input, which) => {
        const tree = patternTree(pattern, 'ECMAScript', ignoreCase);
        const wanted = compilePattern(pattern, 'ECMAScript', ignoreCase).test(input);
        // A raw % in front of two hexadecimal digits would be another text; in all else the decoded text is the input.
        const escaped = [...input].map((char, at) => (which[at] || char === '%' ? hex(char) : char)).join('');
        expect(matches(searchText(tree, form('wide', true)), ignoreCase, escaped) || !wanted).toBe(true);
        expect(matches(searchText(tree, form('narrow', true)), ignoreCase, escaped)).toBe(wanted);
      }),
      { numRuns: 120 },
    );
  });

  const wide = (pattern: string, decode = false) =>
    searchText(patternTree(pattern, 'ECMAScript', true), form('wide', decode));

  it.each([
    ['a search for a word stays one', 'powershell', 'powershell'],
    ['gaps at the ends go', '(.*)a(.+)', 'a.'],
    ['each word is committed to where it first stands', '(.*)a=(.+)/(.+)~(.+)', '^(?>.*?a=.)(?>.*?/.)(?>.*?~.)'],
    ['look-aheads become tests from the start', '(?=.*ab)(?=.*cd)', '^(?=(?>.*?ab))(?=(?>.*?cd))'],
    ['a loop beside a gap needs one round', '.*[^/]*\\w+x.*', '[0-9_a-z]x'],
    ['the end of the text is the very end', 'a$', '^.*?a\\z'],
  ])('%s', (_what, pattern, expression) => {
    expect(wide(pattern)).toMatchObject({ kind: 'found', expressions: [expression] });
  });

  it('counts the steps of a pattern that has no linear form, and refuses where they do not do', () => {
    expect(wide('a[^/]*b')).toEqual({
      kind: 'unless',
      options: '(*NO_JIT)(*NO_AUTO_POSSESS)(*LIMIT_MATCH=100000)(?s)',
      absent: '(?!(?=.*?a)(?=.*?b).*?(?:a[^/]*b))',
    });
  });

  it('reads a letter through escapes, and not where it is a digit of one', () => {
    const search = wide('a', true);
    const found = ['a', '%61', '%41', '%2561', '%252561', '%zza', '%6ga', '%az', '%2a61%61'];
    const absent = ['%6a', '%a0', '%c1%a1', '%2a', '%u0061'.replace('61', '62'), '%256b'];
    expect(found.filter((one) => !matches(search, true, one))).toEqual([]);
    expect(absent.filter((one) => matches(search, true, one))).toEqual([]);
  });
});

const hex = (char: string) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
