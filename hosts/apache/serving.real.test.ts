import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import type { Host } from '@stopgap/agent';
import type { Commands } from '@stopgap/machine';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { autodiscover } from '../../tests/rule-hosts/actions.ts';
import { freePorts } from '../../tests/rule-hosts/free-ports.ts';
import { converse, request } from '../../tests/rule-hosts/raw-request.ts';
import { bring, reloadUnderLoad } from '../../tests/rule-hosts/under-load.ts';
import { createApacheHost } from './host.ts';
import { machine, performAll, planOf, undoAll } from './testing/at-work.ts';
import { fromCatalog } from './testing/catalog.ts';
import { type LaidOut, layOut } from './testing/lay-out.ts';
import { complaintOf, configFor, noRealApache, RealApache, twoSites } from './testing/real-apache.ts';

const attack = '/autodiscover/autodiscover.json?a=@example.com/powershell';
const counts = { requests: 0, cycles: 0 };

describe.skipIf(noRealApache)('a real Apache', () => {
  let port: number;
  let at: LaidOut;
  let apache: RealApache;
  let host: Host;

  beforeEach(async () => {
    [port = 0] = await freePorts(1);
    at = layOut(twoSites(port));
    host = createApacheHost(configFor(at), machine);
    apache = await RealApache.start(at);
  });
  afterEach(async () => {
    await apache.stop();
    at.remove();
  });
  afterAll(() => {
    const { requests, cycles } = counts;
    console.log(`hosts/apache: ${cycles} reloads under load, ${requests} requests meanwhile, none failed`);
  });

  const own = () => at.file('conf-enabled/zz-stopgap.conf');

  it('only notes what rules that are observed would refuse, also where a site has a log of its own', async () => {
    at.edit('sites-available/b.conf', (text) => text.replace('</Virt', `CustomLog ${at.run}/own.log "%r"\n</Virt`));
    await bring(host, { ...autodiscover, mode: 'observe' });
    for (const name of ['a.example', 'b.example']) {
      expect(await request(port, attack, name)).toBe(200);
      expect(await request(port, '/owa/', name)).toBe(200);
    }
    const lines = fs.readFileSync(`${at.run}/stopgap-observed.log`, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('CVE-2022-41040');
    expect(fs.readFileSync(`${at.run}/own.log`, 'utf8').trim().split('\n')).toHaveLength(2);
    await bring(host, autodiscover);
    expect(await request(port, attack, 'b.example')).toBe(403);
  });

  it('adds to a response header also where a site sets it itself', async () => {
    at.edit('sites-available/b.conf', (text) =>
      text.replace('</Virt', 'Header always set Content-Security-Policy "own"\n</Virt'),
    );
    const policy = async (name: string) =>
      /^Content-Security-Policy: (.*)\r$/m.exec((await converse(port, '/owa/', name)) ?? '')?.[1];
    const { actions } = await fromCatalog('CVE-2026-42897');
    await bring(host, ...actions);
    expect(await policy('a.example')).toBe("; script-src-attr 'none'");
    expect(await policy('b.example')).toBe("own; script-src-attr 'none'");
    await bring(host);
    expect([await policy('a.example'), await policy('b.example')]).toEqual([undefined, 'own']);
  });

  it('meets the new rules with the first request after each reload, though old processes are held up', async () => {
    const held = net.connect(port, '127.0.0.1');
    held.on('error', () => {});
    held.write('POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 10\r\n\r\n');
    await new Promise((resolve) => held.once('connect', resolve));
    try {
      for (let turn = 0; turn < 2; turn++) {
        await bring(host, autodiscover);
        expect(await request(port, attack)).toBe(403);
        await bring(host);
        expect(await request(port, attack)).toBe(200);
      }
    } finally {
      held.destroy();
    }
  });

  it.each(['prefork', 'worker'])('meets them with the first request under the %s MPM, too', async (mpm) => {
    await apache.stop();
    fs.renameSync(at.file('mods-enabled/mpm_event.load'), at.file('mods-enabled/mpm.load'));
    at.edit('mods-enabled/mpm.load', (text) => text.replaceAll('event', mpm));
    const threads = /^(?:ThreadsPerChild|M\w+SpareThreads|MaxRequestWorkers) .*\n/gm;
    if (mpm === 'prefork') at.edit('apache2.conf', (text) => text.replace(threads, ''));
    apache = await RealApache.start(at);
    await bring(host, autodiscover);
    const seen = await Promise.all(Array.from({ length: 30 }, () => request(port, attack)));
    expect(new Set(seen)).toEqual(new Set([403]));
    await bring(host);
    expect(await request(port, attack)).toBe(200);
  });

  it('loses no request while rules come, change and go', async () => {
    counts.requests += await reloadUnderLoad(host, port, 2);
    counts.cycles += 6;
  });

  it("with a configuration that the admin broke keeps serving, and says so in Apache's words", async () => {
    const plan = await planOf(host, [autodiscover]);
    await performAll(host, plan);
    at.edit('sites-available/b.conf', (text) => `NoSuchThing on\n${text}`);
    await expect(host.activate()).rejects.toMatchObject({
      code: 'configuration-refused',
      message: expect.stringMatching(
        /^Apache refuses its configuration: .*Syntax error on line 1 of .*b\.conf: Invalid command 'NoSuchThing'/,
      ),
    });
    expect(await request(port, attack)).toBe(200);
    await undoAll(host, plan);
    const survey = await host.survey();
    expect(survey.missing[0]?.what).toContain('NoSuchThing');
    expect(survey.missing[0]?.remedy).toContain(' -t');
    at.edit('sites-available/b.conf', (text) => text.replace('NoSuchThing on\n', ''));
    await host.activate();
    expect((await host.survey()).missing).toEqual([]);
  });

  it('is not asked for a reload that it would not survive though its own test passes', async () => {
    const pairs = [1, 2].map((pair) => [`${at.run}/${pair}.crt`, `${at.run}/${pair}.key`] as const);
    for (const [crt, key] of pairs) makeCertificate(crt, key);
    const modules = ['socache_shmcb', 'ssl'].map(
      (name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so\n`,
    );
    fs.writeFileSync(at.file('mods-enabled/ssl.load'), modules.join(''));
    const tls = (key = '') => `SSLEngine on\nSSLCertificateFile ${pairs[0]?.[0]}\nSSLCertificateKeyFile ${key}\n</Virt`;
    at.edit('sites-available/b.conf', (text) => text.replace('</Virt', tls(pairs[1]?.[1])));
    expect(await complaintOf(at)).toBeUndefined();
    const { parent } = apache;
    const what = `Apache would not survive a reload: ${pairs[1]?.[1]} is not the key of ${pairs[0]?.[0]} (${at.file('sites-enabled/b.conf')}:7)`;
    expect((await host.survey()).missing).toMatchObject([{ what }]);
    await expect(bring(host, autodiscover)).rejects.toMatchObject({ code: 'configuration-refused' });
    expect([await request(port, '/owa/'), apache.parent]).toEqual([200, parent]);
    at.edit('sites-available/b.conf', (text) => text.replace('/2.key', '/1.key'));
    await host.activate();
    expect(await request(port, attack)).toBe(403);
    const { endpoints } = await host.survey();
    expect(endpoints.map(({ scheme, hostHeader }) => `${scheme} ${hostHeader}`)).toEqual([
      'http a.example',
      'https b.example',
    ]);
  });

  it.each([
    ['another program has the port', (text: string, taken: number) => `${text}Listen 127.0.0.1:${taken}\n`],
    ['it has the port itself, for another address', (text: string) => text.replace('127.0.0.1:', '')],
  ])('is not asked for a reload with a Listen that it could not follow: %s', async (_, change) => {
    const other = net.createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const taken = typeof address === 'object' && address ? address.port : 0;
    const ports = fs.readFileSync(at.file('ports.conf'), 'utf8');
    try {
      at.edit('ports.conf', (text) => change(text, taken));
      expect(await complaintOf(at)).toBeUndefined();
      const { missing } = await host.survey();
      expect(missing).toMatchObject([{ what: expect.stringMatching(/would not survive a reload: Listen \S+ is new/) }]);
      await expect(bring(host, autodiscover)).rejects.toMatchObject({ code: 'configuration-refused' });
      expect(await request(port, '/owa/')).toBe(200);
      at.edit('ports.conf', () => ports);
      await host.activate();
      expect(await request(port, attack)).toBe(403);
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  });

  it('that ends instead of reloading is found out, with the last words of its log', async () => {
    const logs = path.join(at.run, 'logs');
    fs.mkdirSync(logs);
    at.edit('sites-available/b.conf', (text) => text.replace('</Virt', `CustomLog ${logs}/own.log "%r"\n</Virt`));
    await performAll(host, await planOf(host, [autodiscover]));
    // The folder goes between the test and the reload.
    const late: Commands = {
      run: (file, args, options) => {
        if (file === 'kill') fs.rmSync(logs, { recursive: true });
        return machine.commands.run(file, args, options);
      },
    };
    await expect(createApacheHost(configFor(at), { ...machine, commands: late }).activate()).rejects.toMatchObject({
      code: 'reload-failed',
      message: expect.stringMatching(/ended when it was to reload.*its log says: .*own\.log/),
    });
  });

  it.each([
    [
      'is lost',
      (commands: Commands): Commands => ({
        run: async (file, args, options) =>
          file === 'kill' ? { code: 0, stdout: '', stderr: '' } : commands.run(file, args, options),
      }),
    ],
    [
      'hangs',
      (commands: Commands): Commands => ({
        run: (file, args, options) => commands.run(file, file === 'kill' ? ['-STOP', ...args.slice(1)] : args, options),
      }),
    ],
  ])('whose reload %s is found out, and what served before still serves', async (_, wrap) => {
    await performAll(host, await planOf(host, [autodiscover]));
    const hasty = { ...machine.clock, elapsed: () => machine.clock.elapsed() * 20 };
    const other = createApacheHost(configFor(at), { ...machine, clock: hasty, commands: wrap(machine.commands) });
    await expect(other.activate()).rejects.toMatchObject({
      code: 'reload-failed',
      message: expect.stringContaining('shows no processes with the new configuration 30 s after the reload'),
    });
    expect([await request(port, '/owa/'), await request(port, attack)]).toEqual([200, 200]);
    process.kill(apache.parent, 'SIGCONT');
    await host.activate();
    expect(await request(port, attack)).toBe(403);
  });

  it('whose processes may not be looked into is believed after a while', async () => {
    const blind: Commands = {
      run: async (file, args, options) =>
        file === 'find'
          ? { code: 1, stdout: '', stderr: 'Permission denied' }
          : machine.commands.run(file, args, options),
    };
    await bring(createApacheHost(configFor(at), { ...machine, commands: blind }), autodiscover);
    expect(await request(port, attack)).toBe(403);
  });

  it('survives that somebody deletes our file: it starts, serves, and is protected again after the next plan', async () => {
    await bring(host, autodiscover);
    fs.rmSync(own());
    expect(await complaintOf(at)).toBeUndefined();
    await apache.stop();
    apache = await RealApache.start(at);
    expect(await request(port, attack)).toBe(200);
    await bring(host, autodiscover);
    expect(await request(port, attack)).toBe(403);
  });

  it('starts without a module that our rules need; that is a missing prerequisite with its remedy', async () => {
    const { actions } = await fromCatalog('CVE-2026-42897');
    await bring(host, ...actions);
    fs.rmSync(at.file('mods-enabled/headers.load'));
    expect(await complaintOf(at)).toBeUndefined();
    const survey = await host.survey();
    expect(actions.map((action) => host.accepts(action, survey))).toMatchObject([
      { accepted: false, state: 'prerequisite-missing', reason: expect.stringContaining('a2enmod headers') },
    ]);
    expect(host.accepts(autodiscover, survey)).toMatchObject({ accepted: true });
    await expect(host.activate()).rejects.toMatchObject({
      message: expect.stringContaining('a module that the rules need'),
    });
  });

  it('that does not run only has its configuration tested', async () => {
    await apache.stop();
    expect((await host.survey()).endpoints).toEqual([]);
    await bring(host, autodiscover);
    apache = await RealApache.start(at);
    expect(await request(port, attack)).toBe(403);
  });
});

/** A certificate of its own, with its key. */
function makeCertificate(certificate: string, key: string): void {
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=x', '-keyout', key, '-out', certificate];
  const { status, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl makes no certificate: ${stderr}`);
}
