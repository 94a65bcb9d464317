import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { judge } from './applicability.ts';
import type { Mitigation } from './document.ts';
import { parseMitigation, readMitigation } from './parse.ts';
import { rehearse } from './rehearse.ts';

const catalog = new URL('../catalog/', import.meta.url);
const ids = readdirSync(catalog, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
const bytesOf = (id: string) => readFileSync(new URL(`${id}/mitigation.xml`, catalog));
const read = (id: string): Mitigation => readMitigation(bytesOf(id)).mitigation;

const server = (build: string) => [
  {
    product: 'exchange',
    build,
    roles: ['mailbox'],
    updates: [] as string[],
    packages: new Map<string, string>(),
    source: 'a test',
  },
];
const verdict = (id: string, build: string) => judge(read(id), server(build)).verdict;

describe('the catalog', () => {
  it('holds what its README lists', () => {
    expect(ids).toEqual(
      expect.arrayContaining([
        'PING1',
        'CVE-2021-26855',
        'CVE-2021-26857',
        'CVE-2021-26858',
        'CVE-2021-27065',
        'CVE-2022-41040',
        'CVE-2026-42897',
      ]),
    );
  });

  it.each(ids)('%s is valid, in the folder of its name, with notes', async (id) => {
    expect((await parseMitigation(bytesOf(id))).id).toBe(id);
    expect(readFileSync(new URL(`${id}/notes.md`, catalog), 'utf8').length).toBeGreaterThan(200);
  });

  it.each(ids)('%s: its evidence holds by its own rules, and every rule is made to act', (id) => {
    const { evidence, idleRules } = rehearse(read(id));
    const count = (expect: string) => evidence.filter((one) => one.evidence.expect === expect).length;
    console.log(`${id}: ${count('refused')} refused, ${count('passes')} passed`);
    expect(evidence.filter((one) => one.holds === false)).toEqual([]);
    expect(idleRules).toEqual([]);
  });

  it.each(ids)('%s says what it breaks wherever it does something', (id) => {
    const { actions, sideEffects } = read(id);
    const active = actions.some((action) => action.kind !== 'none');
    expect(sideEffects.breaks.length > 0 && sideEffects.unprotected.length > 0).toBe(active);
  });
});

describe('the catalog, by build', () => {
  it.each([
    [
      'CVE-2022-41040',
      [
        '15.0.1497.42',
        '15.1.2308.27',
        '15.1.2375.32',
        '15.1.2507.13',
        '15.2.922.27',
        '15.2.986.30',
        '15.2.1118.9',
        '15.2.1118.15',
      ],
      ['15.0.1497.44', '15.1.2375.37', '15.1.2507.16', '15.2.986.36', '15.2.1118.20'],
    ],
    [
      'CVE-2026-42897',
      ['15.1.2507.69', '15.2.1118.9', '15.2.1544.41', '15.2.1748.46', '15.2.2562.17', '15.2.2562.43'],
      ['15.1.2507.71', '15.2.1544.43', '15.2.1748.48', '15.2.2562.45', '15.2.2562.53'],
    ],
    [
      'CVE-2021-26855',
      ['15.0.1395.4', '15.1.2176.2', '15.1.2106.8', '15.2.721.8', '15.2.792.5'],
      [
        '15.0.1497.12',
        '15.1.2242.4',
        '15.1.2507.16',
        '15.2.858.5',
        '15.2.1118.9',
        '15.2.2562.17',
        '15.2.721.13',
        '15.1.2044.13',
      ],
    ],
    ['CVE-2021-26857', ['15.0.1497.10', '15.1.2176.4'], ['15.1.2242.4', '15.0.1497.12']],
    ['CVE-2021-26858', ['15.2.792.5'], ['15.2.858.5']],
    ['CVE-2021-27065', ['15.2.792.5'], ['15.2.858.5']],
  ])('%s', (id, affected, fixed) => {
    expect(affected.map((build) => [build, verdict(id, build)])).toEqual(affected.map((build) => [build, 'applies']));
    expect(fixed.map((build) => [build, verdict(id, build)])).toEqual(fixed.map((build) => [build, 'fixed']));
  });

  it('knows KB5000871 as the fix of 2021 on older cumulative updates', () => {
    const inventory = server('15.2.721.8').map((facts) => ({ ...facts, updates: ['KB5000871'] }));
    expect(judge(read('CVE-2021-26855'), inventory)).toEqual({
      verdict: 'fixed',
      reason: 'fixed by KB5000871, which is installed',
    });
  });

  it('says in one sentence why not', () => {
    expect(judge(read('CVE-2021-26855'), server('15.2.1118.9')).reason).toBe(
      'fixed in 15.2.858.5, this is 15.2.1118.9',
    );
    expect(verdict('CVE-2022-41040', '15.2.1258.12')).toBe('other-branch');
    expect(verdict('CVE-2021-26857', '15.2.721.8')).toBe('other-branch');
    const edge = server('15.2.1118.9').map((facts) => ({ ...facts, roles: ['edge'] }));
    expect(judge(read('CVE-2022-41040'), edge).verdict).toBe('role-excepted');
  });
});

const vectors = new URL('../../shared/fixtures/vectors/', import.meta.url);

describe.skipIf(!existsSync(vectors))(
  'the catalog against recorded traffic (skipped where ../shared is absent)',
  () => {
    interface Vector {
      readonly id: string;
      readonly cve?: string;
      readonly request: {
        readonly method: string;
        readonly url: string;
        readonly headers: Record<string, string>;
        readonly body?: string;
      };
    }
    const load = (name: string): Vector[] => JSON.parse(readFileSync(new URL(name, vectors), 'utf8'));
    const rules = ids.map(read).flatMap(({ actions }) => actions);
    const refused = ({ id, request }: Vector, expect: 'refused' | 'passes', actions: Mitigation['actions'] = rules) => {
      const headers = Object.entries(request.headers).map(([name, value]) => ({ name, value }));
      const evidence = {
        name: id,
        expect,
        request: { ...request, headers, body: request.body ?? '' },
        responseHeaders: [],
      };
      return rehearse({ id, actions, evidence: [evidence] }).evidence[0];
    };

    it('refuses the attacks it is for', () => {
      const attacks = load('attacks.json').filter(({ cve }) => cve !== undefined && ids.includes(cve));
      expect(attacks.length).toBeGreaterThanOrEqual(2);
      for (const attack of attacks) {
        expect(refused(attack, 'refused', read(attack.cve ?? '').actions), attack.id).toMatchObject({ holds: true });
      }
      console.log(`${attacks.length} recorded attacks refused`);
    });

    it('lets every ordinary request of the recorded products pass, but those that name both words', () => {
      const all = load('benign.json');
      const stopped = all.filter((one) => refused(one, 'passes')?.holds === false).map((one) => one.request.url);
      expect(stopped.filter((url) => !(/autodiscover/i.test(url) && /powershell/i.test(url)))).toEqual([]);
      console.log(
        `${all.length - stopped.length} of ${all.length} ordinary requests passed; stopped: ${stopped.join(', ') || 'none'}`,
      );
    });
  },
);
