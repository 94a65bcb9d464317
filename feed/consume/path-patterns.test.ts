import { Delegations } from '@tufjs/models/dist/delegations.js';
import { DelegatedRole } from '@tufjs/models/dist/role.js';
import { describe, expect, it } from 'vitest';
import { isPlainPattern } from './bounds.ts';
import { matchesPath } from './path-patterns.ts';

/** The same numbers each time. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

function byTufJs(pattern: string, path: string): boolean {
  const role = new DelegatedRole({ name: 'x', keyIDs: [], threshold: 1, terminating: false, paths: [pattern] });
  return [...new Delegations({ keys: {}, roles: { x: role } }).rolesForTarget(path)].length > 0;
}

describe('path patterns', () => {
  it('match what tuf-js matches', () => {
    const roll = dice(7);
    const text = (alphabet: readonly string[]) =>
      Array.from({ length: 1 + roll(6) }, () => alphabet[roll(alphabet.length)]).join('');
    const seen = { yes: 0, no: 0 };
    for (let count = 0; count < 20_000; count += 1) {
      const pattern = text([
        'a',
        'b',
        '.',
        '-',
        '/',
        '*',
        '*',
        '?',
        '[ab]',
        '[!a]',
        '[^b-]',
        '[a-c]',
        '[c-a]',
        '[.]',
        '**',
      ]);
      const path = text(['a', 'b', 'c', '.', '-', '/']);
      if (!isPlainPattern(pattern)) continue;
      const ours = matchesPath(pattern, path.split('/'), () => {});
      seen[ours ? 'yes' : 'no'] += 1;
      if (ours !== byTufJs(pattern, path)) expect({ pattern, path, ours }).toBeUndefined();
    }
    expect(seen.yes).toBeGreaterThan(1000);
    expect(seen.no).toBeGreaterThan(1000);
  });

  it('take no longer than both lengths multiplied', () => {
    let steps = 0;
    const name = 'a'.repeat(900);
    expect(
      matchesPath('*a*a*a!', [name], (count) => {
        steps += count;
      }),
    ).toBe(false);
    expect(steps).toBeLessThan(900 * 10);
  });
});
