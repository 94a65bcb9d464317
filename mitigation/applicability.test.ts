import { describe, expect, it } from 'vitest';
import { judge } from './applicability.ts';
import type { ProductRange } from './document.ts';
import type { ProductFacts } from './inventory.ts';

const exchange: ProductRange = {
  product: 'exchange',
  exceptRoles: ['edge'],
  branches: [
    { name: 'CU22', from: '15.1.2375.0', below: '15.1.2507.0', fixes: [{ kind: 'build', build: '15.1.2375.37' }] },
    {
      name: 'CU23',
      from: '15.1.2507.0',
      below: '15.2.0.0',
      fixes: [
        { kind: 'build', build: '15.1.2507.16' },
        { kind: 'update', id: 'KB5000871' },
      ],
    },
    {
      name: 'CU8 and later',
      from: '15.2.792.0',
      below: '15.3.0.0',
      fixes: [
        { kind: 'build', build: '15.2.792.10' },
        { kind: 'build', build: '15.2.858.5' },
      ],
    },
  ],
};

const nginx: ProductRange = {
  product: 'nginx',
  versions: 'debian',
  exceptRoles: [],
  branches: [
    {
      name: 'bookworm',
      from: '1.22.1-1',
      below: '1.23~',
      fixes: [{ kind: 'package', name: 'libnginx-mod-http-lua', version: '1:0.10.23-1+deb12u1' }],
    },
    { name: 'trixie', from: '1.26.0', below: '1.27~', fixes: [] },
  ],
};

function facts(build: string | undefined, more: Partial<ProductFacts> = {}): ProductFacts {
  return { product: 'exchange', build, roles: [], updates: [], packages: new Map(), source: 'a test', ...more };
}

const judgeExchange = (...inventory: ProductFacts[]) => judge({ applicability: [exchange] }, inventory);
const judgeNginx = (build: string, packages: Record<string, string> = {}) =>
  judge({ applicability: [nginx] }, [facts(build, { product: 'nginx', packages: new Map(Object.entries(packages)) })]);

describe('judge', () => {
  it('applies a mitigation without products to every server', () => {
    expect(judge({ applicability: [] }, [])).toEqual({
      verdict: 'applies',
      product: '',
      branch: '',
      reason: 'applies to every server',
    });
  });

  it('applies to a build of a listed branch before its fix', () => {
    expect(judgeExchange(facts('15.1.2375.36'))).toEqual({
      verdict: 'applies',
      product: 'exchange',
      branch: 'CU22',
      reason: 'exchange 15.1.2375.36 is affected (CU22; fixed by 15.1.2375.37)',
    });
  });

  it('names every way to the fix, and says where there is none', () => {
    expect(judgeExchange(facts('15.1.2507.6')).reason).toContain('(CU23; fixed by 15.1.2507.16 or KB5000871)');
    expect(judgeNginx('1.26.3-3').reason).toContain('(trixie; there is no fix for this branch)');
  });

  it.each([
    ['15.1.2375.37', 'fixed in 15.1.2375.37, this is 15.1.2375.37'],
    ['15.1.2506.9999', 'fixed in 15.1.2375.37, this is 15.1.2506.9999'],
    ['15.2.792.13', 'fixed in 15.2.792.10, this is 15.2.792.13'],
    ['15.2.1118.9', 'fixed in 15.2.858.5, this is 15.2.1118.9'],
  ])('knows the fix per branch: %s', (build, reason) => {
    expect(judgeExchange(facts(build))).toEqual({ verdict: 'fixed', reason });
  });

  it('is not misled by a higher build of another branch', () => {
    expect(judgeExchange(facts('15.1.2507.6')).verdict).toBe('applies');
  });

  it('takes an update for the fix of those branches that list it, in any letters', () => {
    const installed = { updates: ['kb5000871'] };
    expect(judgeExchange(facts('15.1.2507.6', installed))).toEqual({
      verdict: 'fixed',
      reason: 'fixed by KB5000871, which is installed',
    });
    expect(judgeExchange(facts('15.1.2375.7', installed)).verdict).toBe('applies');
  });

  it('takes a package version for the fix, as Debian compares it', () => {
    expect(judgeNginx('1.22.1-9+deb12u1', { 'libnginx-mod-http-lua': '1:0.10.23-1+deb12u1' })).toEqual({
      verdict: 'fixed',
      reason: 'fixed in libnginx-mod-http-lua 1:0.10.23-1+deb12u1, this is 1:0.10.23-1+deb12u1',
    });
    expect(judgeNginx('1.22.1-9', { 'libnginx-mod-http-lua': '0.10.24-1' }).verdict).toBe('applies');
    expect(judgeNginx('1.22.1-9').verdict).toBe('applies');
  });

  it.each([
    ['15.0.1497.2', 'affects builds from 15.1.2375.0 on, this is 15.0.1497.2'],
    ['15.2.100.1', 'no affected branch holds 15.2.100.1: CU23 ends below 15.2.0.0, CU8 and later begins at 15.2.792.0'],
    ['15.3.0.0', 'affects builds below 15.3.0.0, this is 15.3.0.0'],
  ])('says on which side of the listed branches %s lies', (build, reason) => {
    expect(judgeExchange(facts(build))).toEqual({ verdict: 'other-branch', reason });
  });

  it('belongs to a branch from its first build on, and not at its end', () => {
    expect(judgeExchange(facts('15.1.2375.0')).verdict).toBe('applies');
    expect(judgeExchange(facts('15.1.2507.0'))).toMatchObject({ branch: 'CU23' });
    expect(judgeNginx('1.23~').verdict).toBe('other-branch');
    expect(judgeNginx('1.23~~').verdict).toBe('applies');
  });

  it('leaves servers of an excepted role out, whatever their build', () => {
    expect(judgeExchange(facts(undefined, { roles: ['edge'] }))).toEqual({
      verdict: 'role-excepted',
      reason: 'leaves servers of role edge out',
    });
  });

  it('says that a product is not here', () => {
    expect(judgeExchange(facts('1.0', { product: 'nginx' }))).toEqual({
      verdict: 'absent',
      reason: 'exchange is not on this server',
    });
    expect(judge({ applicability: [exchange, nginx] }, []).reason).toBe('exchange or nginx is not on this server');
  });

  it.each([
    [undefined, /its build is not known/],
    ['15.2.1118.9-x', /its build reads "15.2.1118.9-x", which is not dotted numbers; correct its detector/],
  ])('says nothing about a build that cannot be compared: %s', (build, reason) => {
    const judgement = judgeExchange(facts(build));
    expect(judgement.verdict).toBe('unknown-build');
    expect(judgement.reason).toMatch(reason);
  });

  it('lets the judgement count that asks most, where a product is here more than once', () => {
    const old = facts('15.1.2375.7');
    const fixed = facts('15.2.1118.9');
    expect(judgeExchange(fixed, old).verdict).toBe('applies');
    expect(judgeExchange(fixed, facts(undefined)).verdict).toBe('unknown-build');
    expect(judgeExchange(facts('1.0'), fixed).verdict).toBe('fixed');
  });
});
