import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { systemClock } from '@stopgap/machine';
import { afterAll, describe, expect, it } from 'vitest';
import type { Context } from '../../context.ts';
import { styleFor } from '../../print/style.ts';
import { verify } from './verify.ts';

const fixture = path.join(import.meta.dirname, '../../../../shared/fixtures/ocs-2021-ping1.xml');
const folder = mkdtempSync(path.join(os.tmpdir(), 'stopgap-verify-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]): Promise<{ code: number; out: string; told: string }> {
  const out: string[] = [];
  const told: string[] = [];
  const context: Context = {
    env: {},
    clock: { ...systemClock, now: () => Date.UTC(2026, 6, 15) },
    style: styleFor({}, {}),
    width: undefined,
    print: (text) => out.push(text),
    tell: (text) => told.push(text),
    signal: new AbortController().signal,
    actor: 'test',
  };
  const code = await verify(args, context);
  return { code, out: out.join(''), told: told.join('') };
}

function written(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe.skipIf(!existsSync(fixture))('feed verify --ocs (skipped where ../shared is absent)', () => {
  it('says of the captured document who signed it when, and exits with 0', async () => {
    const { code, out, told } = await run('--ocs', fixture);
    expect([code, told]).toEqual([0, '']);
    expect(out).toContain('signed by    CN=Microsoft Exchange XML Signing');
    expect(out).toContain('by 2021-09-15 16:42:08 UTC at the latest');
    expect(out).toContain('holds        PING1: EEMS Heartbeat probe.');
    expect(out).toContain('Revocation: not checked');
  });

  it('says the same as JSON, in a form that stays', async () => {
    const { code, out } = await run('--ocs', fixture, '--json');
    const { signer, countersignature, ...others } = JSON.parse(out);
    expect(code).toBe(0);
    expect(Object.keys(signer)).toEqual(['name', 'sha256', 'validFrom', 'validUntil', 'root']);
    expect(countersignature).toMatchObject({ at: '2021-09-15T16:42:08.621Z', signer: { sha256: expect.any(String) } });
    expect(others).toEqual({
      file: fixture,
      ok: true,
      judgedAt: '2021-09-15T16:42:08.621Z',
      mitigations: [
        {
          id: 'PING1',
          description: 'EEMS Heartbeat probe. Does not modify any exchange settings.',
          actions: [{ type: 'DoNothing', scope: 'Server' }],
          unsupported: null,
        },
      ],
      notChecked: [expect.stringContaining('Revocation'), expect.stringContaining('Attribute certificates')],
    });
  });

  it('refuses a changed one with 1, and says why', async () => {
    const file = written('changed.xml', readFileSync(fixture, 'utf8').replace('Heartbeat', 'heartbeat'));
    expect(await run('--ocs', file)).toMatchObject({
      code: 1,
      out: '',
      told: expect.stringContaining('refused (digest)'),
    });
    const { code, out } = await run('--ocs', file, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({ file, ok: false, code: 'digest', reason: expect.any(String) });
  });

  it('takes roots from a PEM file, and then no others', async () => {
    const text = readFileSync(fixture, 'utf8');
    const [, issuer = '', root = ''] = [...text.matchAll(/<X509Certificate>([^<]*)/g)].map((match) => match[1]);
    const pem = (base64: string) => `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
    const right = written('root.pem', pem(root));
    expect((await run('--ocs', fixture, '--root', right)).code).toBe(0);
    expect((await run('--ocs', fixture, '--root', right, '--time-root', right)).told).toContain('(untrusted-root)');
    const [time = ''] = [...text.slice(text.indexOf('<Object')).matchAll(/<X509Certificate>([^<]*)/g)].map((m) => m[1]);
    expect((await run('--ocs', fixture, '--root', written('time.pem', pem(time)))).code).toBe(1);
    expect((await run('--ocs', fixture, '--root', written('issuer.pem', pem(issuer)))).code).toBe(0);
  });

  it.each([
    ['2021-09-15', 1],
    ['2021-09-16', 0],
    ['2021-09-15T16:43', 0],
    ['2021-09-15 16:30:00Z', 1],
    ['2021-09-15T18:43:00+02:00', 0],
    ['2030-01-01', 0],
  ])('judges as if it were %s', async (at, code) => {
    expect((await run('--ocs', fixture, '--at', at)).code).toBe(code);
  });

  it('asks for other key usages', async () => {
    expect((await run('--ocs', fixture, '--usage', '1.3.6.1.5.5.7.3.3')).code).toBe(0);
    expect((await run('--ocs', fixture, '--usage', '1.3.6.1.5.5.7.3.4')).told).toContain('(usage)');
  });
});

describe('feed verify', () => {
  it.each([
    [[], '--ocs FILE is missing'],
    [['--ocs', '/nowhere/x.xml'], '/nowhere/x.xml is not there'],
    [['--ocs', 'x.xml', '--at', 'yesterday'], '--at yesterday'],
    [['--ocs', 'x.xml', '--usage', 'code signing'], '--usage code signing'],
    [['--ocs', 'x.xml', '--root', '/nowhere/r.pem'], '/nowhere/r.pem is not there'],
    [['x.xml'], 'one word too many'],
  ])('with %j is a mistake that is told', async (args, message) => {
    const file = written('x.xml', '<EOCS/>');
    await expect(run(...args.map((arg) => (arg === 'x.xml' && args.length > 1 ? file : arg)))).rejects.toMatchObject({
      name: 'CliError',
      code: 2,
      message: expect.stringContaining(message),
    });
  });

  it('refuses what is no such document at all', async () => {
    expect(await run('--ocs', written('empty.xml', ''))).toMatchObject({
      code: 1,
      told: expect.stringContaining('not-xml'),
    });
    expect((await run('--ocs', written('page.xml', '<!DOCTYPE html>'))).told).toContain('(not-plain)');
  });
});
