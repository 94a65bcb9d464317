import { describe, expect, test } from 'vitest';
import { findAttack } from './attack.ts';
import { compilePattern } from './compile.ts';
import { PatternProblem } from './problem.ts';
import { patternTree } from './tree.ts';

const attackOn = (source: string) => findAttack(patternTree(source, 'ECMAScript', true));

describe('an attack on a pattern as it was published', () => {
  test.each([
    ['(.*)X-BEResource=(.+)/(.+)~(.+)', 1.7],
    ['(?=.*autodiscover)(?=.*powershell)', 1.7],
    ['(.*)X-AnonResource-Backend(.*)', 1.7],
    ['(a+)+$', 4],
    ['^(.+?)\\.php(/.*)?$', 1.7],
    ['^(a+)\\1$', 1.7],
  ])('is found for %s', (source, degree) => {
    const attack = attackOn(source);
    console.log(`attack on ${source}: ${attack?.recipe}, degree ${attack?.degree.toFixed(1)}`);
    expect(attack?.degree).toBeGreaterThan(degree);
    expect(attack?.input(100).length).toBeGreaterThanOrEqual(100);
  });

  test.each(['autodiscover', '^/owa/?($|\\?|default\\.aspx)', '^[^/]+/ecp/(.*)$', '.*', ''])(
    'is not found for %s',
    (source) => {
      expect(attackOn(source)).toBeUndefined();
    },
  );

  test('is shown when a pattern is refused', () => {
    try {
      compilePattern('^(.+)x\\1$', 'ECMAScript', true);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(PatternProblem);
      expect(error).toMatchObject({ code: 'costly-pattern', offset: 6 });
      expect(String(error)).toMatch(/exhausted with ".*" repeated/);
      expect(error instanceof PatternProblem && error.attack?.length).toBeGreaterThan(1_900);
    }
  });
});
