import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDebian } from './debian-version.ts';
import { debianPairs } from './testing/debian-versions.ts';
import { compareVersions, isVersion } from './versions.ts';

const part = fc.nat(3000);
const dotted = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('.'));
const debian = fc
  .tuple(
    fc.constantFrom('', '0:', '1:', '12:'),
    fc.stringMatching(/^[0-9][0-9a-zA-Z.+~]{0,8}$/),
    fc.constantFrom('', '-1', '-0', '-1~bpo1', '-2+deb12u1', '-1.1'),
  )
  .map((parts) => parts.join(''));

describe('compareVersions of dotted builds', () => {
  it.each([
    ['15.2.858.5', '15.2.1118.9'],
    ['15.2.1118.9', '15.2.1118.20'],
    ['15.1.2507.16', '15.2.0.0'],
    ['9', '10'],
    ['1.2', '1.2.0.1'],
  ])('%s is older than %s', (older, newer) => {
    expect([compareVersions('dotted', older, newer), compareVersions('dotted', newer, older)]).toEqual([-1, 1]);
  });

  it('takes missing parts and leading zeros for what they are', () => {
    expect(compareVersions('dotted', '15.2', '15.2.0.0')).toBe(0);
    expect(compareVersions('dotted', '15.02.1118.009', '15.2.1118.9')).toBe(0);
  });

  it.each(['', '.', '1.', '.1', '1..2', '1.2-3', 'v1.2', '1.2.3.4.5.6.7', '1234567890', ' 1.2', '1.2\n'])(
    'does not compare %j',
    (bad) => {
      expect([isVersion('dotted', bad), compareVersions('dotted', bad, '1.0')]).toEqual([false, undefined]);
    },
  );
});

describe('compareVersions of Debian versions', () => {
  it.each(debianPairs)('%s %s %s', (a, order, b) => {
    const expected = order === '<' ? -1 : 0;
    expect([compareVersions('debian', a, b), compareVersions('debian', b, a)]).toEqual([expected, 0 - expected]);
  });

  it.each(['', 'a1', '1:', ':1', 'x:1.0', '1-', '-1', '1.0_1', '1.0-1_2', '1 .0', '1:2:3!', '1.0-1:2'])(
    'does not compare %j',
    (bad) => {
      expect(compareVersions('debian', bad, '1.0')).toBeUndefined();
    },
  );

  it('splits at the first colon and the last hyphen', () => {
    expect(parseDebian('2:1.0-rc1-3')).toEqual({ epoch: 2, upstream: '1.0-rc1', revision: '3' });
  });
});

describe.each([
  ['dotted' as const, dotted],
  ['debian' as const, debian],
])('%s versions', (scheme, version) => {
  it('are in one order: antisymmetric, transitive, each equal to itself', () => {
    const compare = (a: string, b: string) => compareVersions(scheme, a, b) ?? Number.NaN;
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(compare(a, a)).toBe(0);
        expect(compare(a, b) + compare(b, a)).toBe(0);
        const [x = a, y = b, z = c] = [a, b, c].sort(compare);
        expect(Math.max(compare(x, y), compare(y, z), compare(x, z))).toBeLessThanOrEqual(0);
      }),
    );
  });
});
