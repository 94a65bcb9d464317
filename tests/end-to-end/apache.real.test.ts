import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LaidOut, layOut } from '../../hosts/apache/testing/lay-out.ts';
import { configFor, debianLayout, noRealApache, RealApache } from '../../hosts/apache/testing/real-apache.ts';
import { freePorts } from '../rule-hosts/free-ports.ts';
import { request } from '../rule-hosts/raw-request.ts';
import { checkout, stopgap } from './command-line.ts';
import { temporaryFolder } from './trial.ts';

const attack = '/autodiscover/autodiscover.json?a=@example.com/%70owershell';
const ids = ['CVE-2022-41040', 'CVE-2026-42897'];
const document = (id: string) => path.join(checkout, 'catalog', id, 'mitigation.xml');

describe.skipIf(noRealApache)('a real Apache with a site that redirects to https, and the https site', () => {
  let at: LaidOut;
  let apache: RealApache;
  let state: string;
  let port: number;
  let before: ReadonlyMap<string, string>;

  beforeAll(async () => {
    const [plain = 0, tls = 0] = await freePorts(2);
    port = plain;
    // As certbot leaves it.
    const redirect = 'RewriteEngine on\nRewriteRule ^ https://%{SERVER_NAME}%{REQUEST_URI} [END,NE,R=permanent]\n';
    const secure = 'SSLEngine on\nSSLCertificateFile @RUN@/own.crt\nSSLCertificateKeyFile @RUN@/own.key\n';
    const site = (on: number, text: string) =>
      `<VirtualHost *:${on}>\nServerName mail.example\n${text}</VirtualHost>\n`;
    const sites = [['mail', site(plain, redirect)] as const, ['mail-le-ssl', site(tls, secure)] as const];
    at = layOut(debianLayout([plain, tls], sites, { modules: 'headers rewrite socache_shmcb ssl' }));
    const out = ['-keyout', path.join(at.run, 'own.key'), '-out', path.join(at.run, 'own.crt')];
    spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=mail.example', ...out]);
    apache = await RealApache.start(at);
    before = at.snapshot();
    state = temporaryFolder();
    const { environment, ...config } = configFor(at);
    const host = { ...config, environment: Object.fromEntries(environment ?? []) };
    const products = [{ product: 'exchange', detector: 'declared', build: '15.2.1118.9', roles: ['mailbox'] }];
    fs.writeFileSync(path.join(state, 'agent.json'), JSON.stringify({ feeds: [], hosts: [host], products }));
  });
  afterAll(async () => {
    await apache?.stop();
    at?.remove();
    fs.rmSync(state, { recursive: true, force: true });
  });

  it('is protected and proven at both, mended, and as before when all is removed', async () => {
    expect(await request(port, attack, 'mail.example')).toBe(301);
    for (const id of ids) expect(await stopgap(state, 'apply', '--file', document(id))).toMatchObject({ code: 0 });
    const { out } = await stopgap(state, 'status');
    expect(out).toMatch(
      /CVE-2022-41040 +2 +protected .* 6 attacks refused, 7 ordinary requests passed, at each of 2 addr/,
    );
    expect(out).toMatch(/CVE-2026-42897 +1 +protected .* ordinary requests passed, at each of 2 addr/);
    expect(await request(port, attack, 'mail.example')).toBe(403);
    expect(await request(port, '/owa/', 'mail.example')).toBe(301);
    expect((await stopgap(state, 'show', 'CVE-2022-41040')).out).toContain('it answers 403 with its own short page');

    fs.rmSync(at.file('conf-enabled/zz-stopgap.conf'));
    const plan = await stopgap(state, 'plan');
    expect(plan.out).toContain('zz-stopgap.conf written; Apache answers 403 where a rule drops the connection');
    expect(await stopgap(state, 'check')).toMatchObject({ code: 0, out: expect.stringContaining('repair') });
    expect(await request(port, attack, 'mail.example')).toBe(403);

    for (const id of ids) expect(await stopgap(state, 'remove', id)).toMatchObject({ code: 0 });
    expect(at.snapshot()).toEqual(before);
    expect(await request(port, attack, 'mail.example')).toBe(301);
  });
});
