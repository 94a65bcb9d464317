import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { debianPairs } from './testing/debian-versions.ts';
import { compareVersions } from './versions.ts';

const present = spawnSync('dpkg', ['--version']).status === 0;

/** What dpkg itself says; NaN when it refuses one of them. */
function byDpkg(a: string, b: string): number {
  const holds = (relation: string) => {
    const { status, stderr } = spawnSync('dpkg', ['--compare-versions', a, relation, b], { encoding: 'utf8' });
    if (stderr !== '') return undefined;
    return status === 0;
  };
  const less = holds('lt');
  if (less === undefined) return Number.NaN;
  return less ? -1 : holds('gt') ? 1 : 0;
}

/** Short versions of few letters, so that the interesting cases are frequent. */
const version = fc
  .tuple(
    fc.constantFrom('', '', '0:', '1:'),
    fc.stringMatching(/^[0-9][0-9a~.+A-]{0,6}$/),
    fc.constantFrom('', '', '-1', '-0', '-~', '-a1', '-1~'),
  )
  .map((parts) => parts.join(''));

describe.skipIf(!present)('Debian versions compare as dpkg compares them (skipped where there is no dpkg)', () => {
  it.each(debianPairs)('%s %s %s', (a, order, b) => {
    expect(byDpkg(a, b)).toBe(order === '<' ? -1 : 0);
  });

  it('for random pairs', () => {
    let compared = 0;
    const property = fc.property(version, version, (a, b) => {
      const dpkg = byDpkg(a, b);
      expect(compareVersions('debian', a, b) ?? Number.NaN, `${a} against ${b}`).toBe(dpkg);
      if (!Number.isNaN(dpkg)) compared++;
    });
    fc.assert(property, { numRuns: 500 });
    expect(compared).toBeGreaterThan(300);
    console.log(`${compared} pairs compared by dpkg`);
  });
});
