import { describe, expect, it } from 'vitest';
import { patternTree } from '../pattern/index.ts';
import { searchText } from './index.ts';
import { form, matches } from './testing/as-javascript.ts';

describe('searchText', () => {
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
