import { describe, expect, test } from 'vitest';
import { patternTree } from './tree.ts';

const treeOf = (source: string, ignoreCase = true) => patternTree(source, 'ECMAScript', ignoreCase);

describe('the literals that a match must contain', () => {
  test.each([
    ['(?=.*autodiscover)(?=.*PowerShell)', [['autodiscover'], ['powershell']]],
    ['(.*)X-BEResource=(.+)/(.+)~(.+)', [['x-beresource='], ['/'], ['~']]],
    ['^/owa/?($|\\?|default\\.aspx)', [['/owa']]],
    ['https?://[ab]c', [['http://ac', 'http://bc', 'https://ac', 'https://bc']]],
    ['(one|two).*(three|.*)', [['one', 'two']]],
    ['(ab){2,}c?', [['abab']]],
    ['a+b', [['a'], ['b']]],
    ['(a|b.*c)d', [['a', 'b'], ['d']]],
    ['(?!never)always', [['always']]],
    ['(a?)(b*)', []],
    ['[^a]', []],
    ['(foo)\\1', [['foo']]],
    ['foo|bar|', []],
    ['[[:digit:]]x', [[...'0123456789'].map((digit) => `${digit}x`)]],
  ])('of %s', (source, clauses) => {
    expect(treeOf(source).requiredLiterals).toEqual(clauses);
  });

  test('are folded only where case is ignored', () => {
    expect(treeOf('A\u00e9\u212a', false).requiredLiterals).toEqual([['A\u00e9\u212a']]);
    expect(treeOf('A\u00e9\u212a', true).requiredLiterals).toEqual([['a\u00c9\u212a']]);
  });

  test('of Wildcard and ExactMatch are their runs of characters', () => {
    expect(patternTree('*/Admin/?x*', 'Wildcard', true).requiredLiterals).toEqual([['/admin/'], ['x']]);
    expect(patternTree('a.b', 'ExactMatch', false).requiredLiterals).toEqual([['a.b']]);
  });
});

describe('the positions that have to be tried', () => {
  test.each([
    ['^a', 'start'],
    ['^a|^b', 'start'],
    ['(^a|(?:^b))c', 'start'],
    ['(?=x)^a', 'start'],
    ['[\\s\\S]*a', 'start'],
    ['(.*)a', 'line'],
    ['(?=.*a)(?=.*b)', 'line'],
    ['(?=(.*)a).*b', 'line'],
    ['.+a|(?:.{2,}?b)', 'line'],
    ['(?=.*a)[\\s\\S]*b', 'line'],
    ['(?:.*a|[\\s\\S]*b)c', 'line'],
    ['a', 'everywhere'],
    ['^a|b', 'everywhere'],
    ['.*a|b', 'everywhere'],
    ['(?=.*a)b', 'everywhere'],
    ['(?:(?=.*a)|.*b)c', 'everywhere'],
    ['(?!.*a).*b', 'everywhere'],
    ['.{0,9}a', 'everywhere'],
    ['(?:.*a)?b', 'everywhere'],
    ['(.*)a\\1', 'everywhere'],
    ['\\b.*a', 'everywhere'],
  ])('of %s: %s', (source, tried) => {
    expect(treeOf(source).tried).toBe(tried);
  });
});

test('anchors at the end are those that every match ends with', () => {
  const anchored = ['a$', '(a$|b$)', 'a|b$', '$a', 'a$b?'].map((source) => treeOf(source).anchoredEnd);
  expect(anchored).toEqual([true, true, false, false, false]);
});

describe('the conjuncts', () => {
  const shown = (source: string) =>
    treeOf(source).conjuncts.map(
      ({ negate, alternatives }) =>
        (negate ? 'not ' : '') +
        alternatives.map((elements) => elements.map((element) => element.raw).join('')).join(' | '),
    );

  test.each([
    ['(?=.*a)(?=.*b)', ['.*a', '.*b']],
    ['^(?=.*a)(?!b|c)d$', ['.*a', 'not b | c', 'd$']],
    ['(?=a)', ['a']],
    ['a|b', ['a | b']],
    ['a(?=b)c', ['a(?=b)c']],
    ['^', ['']],
  ])('of %s', (source, conjuncts) => {
    expect(shown(source)).toEqual(conjuncts);
  });
});
