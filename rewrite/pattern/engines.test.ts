import { describe, expect, test } from 'vitest';
import { chainOf } from './chain.ts';
import { compilePattern } from './compile.ts';
import { PatternExhausted } from './problem.ts';
import { patternTree } from './tree.ts';

describe('the engine that is chosen', () => {
  test.each([
    ['(.*)X-BEResource=(.+)/(.+)~(.+)', 'chain'],
    ['(.*)X-AnonResource-Backend(.*)', 'chain'],
    ['(.*)', 'chain'],
    ['.*autodiscover\\.json.*Powershell.*', 'chain'],
    ['(?=.*autodiscover)(?=.*powershell)', 'native'],
    ['^/owa/?($|\\?|default\\.aspx|projection\\.aspx|readingPane\\.aspx|popout\\.aspx)', 'native'],
    ['^(.+?)\\.php(/.*)?$', 'linear'],
    ['(a+)+$', 'linear'],
    ['(?=.*[0-9])(?=[\\s\\S]*x)y', 'linear'],
    ['^(["\'])[a-z]*\\1$', 'native'],
  ])('for %s is %s', (source, engine) => {
    expect(compilePattern(source, 'ECMAScript', true).engine).toBe(engine);
    expect(chainOf(patternTree(source, 'ECMAScript', true)) !== undefined).toBe(engine === 'chain');
  });

  test('a pattern without a linear form is refused', () => {
    expect(() => compilePattern('^(a+)\\1$', 'ECMAScript', true)).toThrow(
      expect.objectContaining({ code: 'costly-pattern' }),
    );
  });

  test.each(['^(a+)\\1$', '^(.+)/\\1$'])('%s runs for so many steps where that is asked for', (source) => {
    expect(compilePattern(source, 'ECMAScript', true, 'bound').engine).toBe('bounded');
  });

  test('a pattern that takes too many steps has no verdict', () => {
    const pattern = compilePattern('(.+)(.+)(.+)(.+)\\1x', 'ECMAScript', true, 'bound');
    expect(pattern.test(`${'a'.repeat(8)}x`)).toBe(true);
    expect(() => pattern.test(`${'ab'.repeat(2000)}x`)).toThrow(PatternExhausted);
  });
});
