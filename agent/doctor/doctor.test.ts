import * as fs from 'node:fs';
import * as os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Journal } from '../journal/journal.ts';
import { diagnose } from './check.ts';
import { doctorChecks } from './checks.ts';
import type { DoctorFacts } from './facts.ts';
import { journalFactsOf } from './journal-facts.ts';
import { placesOf } from './places.ts';

const now = Date.parse('2026-11-22T03:00:00Z');
const survey = {
  present: true,
  detail: 'nginx 1.22.1, running',
  missing: [],
  endpoints: [{ scheme: 'http' as const, address: '127.0.0.1', port: 80, hostHeader: 'a' }],
};
const place = { folder: '/etc/nginx', why: 'nginx', exists: true, writable: true, ours: false, freeBytes: 1e9 };
const steps = [{ step: 'tcp', verdict: 'ok' as const, detail: 'fine' }];

/** A server on which all is well. */
const healthy: DoctorFacts = {
  now,
  state: { folder: '/var/lib/stopgap', exists: true, mode: 0o700, uid: 0 },
  configTrouble: undefined,
  configChanged: now - 120_000,
  hosts: [{ name: 'nginx', kind: 'nginx', survey }],
  products: [{ product: 'nginx', build: '1.22.1' }],
  productProblems: new Map(),
  feeds: [{ name: 'own', steps, signed: now - 60_000 }],
  policyTroubles: [],
  journal: { kind: 'usable', bytes: 4096, open: 0, looked: now - 60_000, started: now - 90_000, trouble: '', held: 1 },
  places: [place],
  clockSynchronised: true,
  service: { installed: true, active: true, enabled: true, mayWrite: ['/etc', '/var/lib/stopgap'] },
  root: true,
};

const wrongWith = (facts: Partial<DoctorFacts>) =>
  diagnose(doctorChecks, { ...healthy, ...facts }).filter(
    ({ verdict }) => verdict === 'warning' || verdict === 'failed',
  );

describe('the doctor', () => {
  it('finds nothing wrong with a server on which all is well, and has looked at everything', () => {
    const findings = diagnose(doctorChecks, healthy);
    expect(findings.map(({ code, verdict }) => [code, verdict])).toEqual(doctorChecks.map(({ code }) => [code, 'ok']));
  });

  const faults: readonly (readonly [string, Partial<DoctorFacts>, RegExp])[] = [
    ['rights', { root: false }, /sudo/],
    ['state-folder', { state: { ...healthy.state, exists: false } }, /agent install/],
    ['state-folder', { state: { ...healthy.state, mode: 0o755 } }, /chmod 0700/],
    ['state-folder', { state: { ...healthy.state, uid: 1000 } }, /chown -R root/],
    ['configuration', { configTrouble: 'agent.json: hosts[0].kind' }, /correct/],
    ['restart-due', { configChanged: now - 30_000 }, /agent install/],
    ['policy', { policyTroubles: [{ file: 'x', why: 'x: mode' }] }, /correct/],
    ['journal', { journal: { kind: 'unusable', why: 'damaged' } }, /keep the file/],
    ['interrupted-change', { journal: { ...usable(), open: 1 } }, /stopgap check/],
    ['last-look', { journal: { ...usable(), trouble: 'disk full' } }, /stopgap check/],
    ['hosts', { hosts: [] }, /agent install/],
    ['hosts', { hosts: [{ name: 'n', kind: 'nginx', survey: { ...survey, present: false } }] }, /agent\.json/],
    ['hosts', { hosts: [{ name: 'n', kind: 'nginx', survey: 'exploded' }] }, /agent\.json/],
    ['prerequisites', { hosts: [lacking()] }, /install mod_rewrite/],
    ['weaknesses', { hosts: [weak()] }, /take 400 out/],
    ['proofs', { hosts: [{ name: 'n', kind: 'nginx', survey: { ...survey, endpoints: [] } }] }, /start the server/],
    ['products', { products: [] }, /agent\.json/],
    ['products', { productProblems: new Map([['nginx', 'no build']]) }, /agent\.json/],
    ['write-access', { places: [{ ...place, writable: false }] }, /rights/],
    ['disk-space', { places: [{ ...place, freeBytes: 1024 }] }, /free space/],
    ['service', { service: { ...service(), installed: false } }, /agent install/],
    ['service', { service: { ...service(), active: false } }, /journalctl/],
    ['service', { service: { ...service(), enabled: false } }, /systemctl enable/],
    ['sandbox', { service: { ...service(), mayWrite: ['/etc/ngin'] } }, /agent install/],
    [
      'feeds',
      { feeds: [{ name: 'own', signed: undefined, steps: [{ step: 'dns', verdict: 'failed', detail: '?' }] }] },
      /connectivity/,
    ],
    ['enrolment', { feeds: [] }, /--feed/],
    ['clock', { feeds: [{ name: 'own', steps, signed: now + 3_600_000 }] }, /set the clock/],
    ['clock', { journal: { ...usable(), looked: now + 3_600_000 } }, /set the clock/],
    ['time-service', { clockSynchronised: false }, /set-ntp/],
  ];

  it.each(faults)('says %s and its remedy', (code, facts, remedy) => {
    const found = wrongWith(facts);
    expect(found.map((one) => one.code)).toContain(code);
    expect(found.find((one) => one.code === code)?.remedy).toMatch(remedy);
  });

  it('has a fault for every check, and a page for people that lists each', () => {
    const codes = doctorChecks.map(({ code }) => code);
    expect(new Set(faults.map(([code]) => code))).toEqual(new Set(codes));
    expect(new Set(codes).size).toBe(codes.length);
    const page = fs.readFileSync(path.join(import.meta.dirname, '../../docs/doctor.md'), 'utf8');
    expect([...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map((match) => match[1])).toEqual(codes);
  });

  it('passes over what cannot be looked at, rather than call it well', () => {
    const findings = diagnose(doctorChecks, {
      ...healthy,
      configTrouble: 'no',
      hosts: [],
      feeds: [],
      products: undefined,
    });
    const verdict = (code: string) => findings.find((one) => one.code === code)?.verdict;
    for (const code of ['hosts', 'policy', 'products', 'feeds'])
      expect([code, verdict(code)]).toEqual([code, 'skipped']);
  });
});

describe('the journal, looked at', () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stopgap-doctor-'));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('is absent, sound or damaged', () => {
    const file = path.join(folder, 'journal.sqlite');
    expect(journalFactsOf(file)).toEqual({ kind: 'absent' });
    const journal = Journal.open(file);
    for (let n = 0; n < 40; n++) journal.record({ at: n, actor: 'x', event: 'started', detail: 'x'.repeat(3000) });
    expect(journalFactsOf(file)).toMatchObject({ kind: 'usable', open: 0, held: 0, looked: undefined });
    journal.close();
    const bytes = fs.readFileSync(file);
    bytes.fill(0x5a, 8192, bytes.length - 4096);
    fs.writeFileSync(file, bytes);
    expect(journalFactsOf(file)).toMatchObject({ kind: 'unusable', why: expect.stringContaining('is damaged') });
  });
});

describe('the places that are written to', () => {
  it('are each listed once; one that Stopgap makes is judged by the folder above it', () => {
    const probe = {
      exists: (file: string) => ['/', '/etc', '/state'].includes(file),
      writable: (folder: string) => folder === '/etc',
      freeBytes: () => 1,
      owner: () => undefined,
    };
    const writes = [
      { folder: '/etc/systemd/system.control', why: 'masks', ours: true },
      { folder: '/srv/gone', why: 'its configuration' },
    ];
    const hosts = [1, 2].map((n) => ({ name: `h${n}`, kind: 'x', survey: { ...survey, writes } }));
    expect(placesOf('/state', hosts, probe).map(({ folder, exists, writable }) => [folder, exists, writable])).toEqual([
      ['/state', true, false],
      ['/etc/systemd/system.control', false, true],
      ['/srv/gone', false, false],
    ]);
  });
});

function usable() {
  return { kind: 'usable' as const, bytes: 1, open: 0, looked: now, trouble: '', held: 0 };
}

function service() {
  return { installed: true, active: true, enabled: true, mayWrite: ['/'] };
}

function weak() {
  const weaknesses = [{ what: 'error_page 400 asks an application', remedy: 'take 400 out of it' }];
  return { name: 'n', kind: 'nginx', survey: { ...survey, weaknesses } };
}

function lacking() {
  const missing = [{ what: 'mod_rewrite is missing', remedy: 'install mod_rewrite' }];
  return { name: 'a', kind: 'apache', survey: { ...survey, missing } };
}
