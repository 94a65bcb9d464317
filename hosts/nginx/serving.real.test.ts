import * as fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import type { HeldAction, Host } from '@stopgap/agent';
import { silentLog, systemClock, systemCommands, systemFiles } from '@stopgap/machine';
import { parseMitigation } from '@stopgap/mitigation';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { autodiscover } from '../../tests/rule-hosts/actions.ts';
import { freePorts } from '../../tests/rule-hosts/free-ports.ts';
import { converse, request } from '../../tests/rule-hosts/raw-request.ts';
import { bring, reloadUnderLoad } from '../../tests/rule-hosts/under-load.ts';
import { nginxHost } from './index.ts';
import { performAll, undoAll } from './testing/at-work.ts';
import { type LaidOut, layOut } from './testing/lay-out.ts';
import { binary, complaintOf, confined, noRealNginx, RealNginx, sitesOn } from './testing/real-nginx.ts';

const machine = { files: systemFiles, commands: systemCommands, clock: systemClock, log: silentLog };
const none = new Map<string, string>();
const attack = '/autodiscover/autodiscover.json?a=@example.com/powershell';
const counts = { requests: 0, cycles: 0 };

describe.skipIf(noRealNginx)('a real nginx', () => {
  let port: number;
  let at: LaidOut;
  let nginx: RealNginx;
  let host: Host;

  beforeEach(async () => {
    [port = 0] = await freePorts(1);
    at = layOut(sitesOn(port));
    const { configFile } = at.source;
    host = nginxHost({ kind: 'nginx', binary, configFile, globalDirectives: confined(at) }, machine);
    nginx = await RealNginx.start(at);
  });

  afterEach(async () => {
    await nginx.stop();
    at.remove();
  });

  afterAll(() => {
    const { requests, cycles } = counts;
    console.log(`hosts/nginx: ${cycles} reloads under load, ${requests} requests meanwhile, none failed`);
  });

  it('serves, refuses the attack on every site once protected, and is as before after removal', async () => {
    const before = at.snapshot();
    const survey = await host.survey();
    expect(survey).toMatchObject({ present: true, version: expect.stringMatching(/^1\./), missing: [] });
    expect(survey.endpoints.map(({ hostHeader }) => hostHeader)).toEqual(['a.example', 'b.example']);
    expect(survey.endpoints.every((one) => one.port === port && one.address === '127.0.0.1')).toBe(true);
    expect(host.accepts(autodiscover, survey)).toMatchObject({ accepted: true });
    expect(await request(port, attack)).toBe(200);

    await bring(host, autodiscover);
    for (const name of ['a.example', 'b.example', 'unknown.example']) {
      expect(await request(port, '/owa/', name)).toBe(200);
      for (const word of ['powershell', 'PowerShell', '%70owershell', 'power%53hell']) {
        expect(await request(port, attack.replace('powershell', word), name)).toBe('closed');
      }
    }
    await bring(host);
    expect(await request(port, attack)).toBe(200);
    expect(at.snapshot()).toEqual(before);
  });

  it('only notes what rules that are observed would refuse, also where a block has a log of its own', async () => {
    const logs = ['observed.log', 'own.log', 'site.log'].map((name) => `${at.run}/${name}`);
    const [observeLog = '', own, site] = logs;
    at.edit('nginx.conf', (text) => text.replace('access_log off;', `access_log ${site};`));
    at.edit('sites-available/b', (text) => text.replace('return', `access_log ${own}; return`));
    const before = at.snapshot();
    const { configFile } = at.source;
    host = nginxHost({ kind: 'nginx', binary, configFile, globalDirectives: confined(at), observeLog }, machine);
    await bring(host, { ...autodiscover, mode: 'observe' });
    for (const name of ['a.example', 'b.example']) {
      expect(await request(port, attack, name)).toBe(200);
      expect(await request(port, '/owa/', name)).toBe(200);
    }
    const linesOf = (log = '') => fs.readFileSync(log, 'utf8').trim().split('\n');
    expect(linesOf(observeLog)).toHaveLength(2);
    expect(linesOf(observeLog)[0]).toContain('CVE-2022-41040');
    expect([linesOf(own).length, linesOf(site).length]).toEqual([2, 2]);
    await bring(host, autodiscover);
    expect(await request(port, attack, 'b.example')).toBe('closed');
    await bring(host);
    expect(at.snapshot()).toEqual(before);
  });

  it('adds a response header also where a block has headers of its own, which stay', async () => {
    const own = 'add_header X-Own 1; default_type text/html; return';
    at.edit('sites-available/a', (text) => text.replace('return', 'default_type text/html; return'));
    at.edit('sites-available/b', (text) =>
      text.replace('return', own).replace('location', 'add_header X-Site 1;\n\tlocation'),
    );
    await nginx.stop();
    nginx = await RealNginx.start(at);
    const before = at.snapshot();
    const catalog = path.join(import.meta.dirname, '../../catalog/CVE-2026-42897/mitigation.xml');
    const { id, revision, actions } = await parseMitigation(fs.readFileSync(catalog));
    const wanted = actions.map(
      (action, index): HeldAction => ({ mitigation: id, revision, index, action, mode: 'enforce' }),
    );
    const policy = "Content-Security-Policy: script-src-attr 'none'";
    const owa = async (name: string) => (await converse(port, '/owa/', name)) ?? '';
    expect(await owa('a.example')).not.toContain(policy);
    await bring(host, ...wanted);
    expect(await owa('a.example')).toContain(policy);
    expect(await owa('b.example')).toContain(policy);
    expect(await owa('b.example')).toContain('X-Own: 1');
    await bring(host);
    expect(await owa('b.example')).not.toContain(policy);
    expect(at.snapshot()).toEqual(before);
  });

  it('meets the new rules with the first request after each of 20 reloads, though old workers are held up', async () => {
    const held = net.connect(port, '127.0.0.1');
    held.write('GET / HTTP/1.1\r\nHost: a.example\r\n');
    await new Promise((resolve) => held.once('connect', resolve));
    try {
      for (let turn = 0; turn < 10; turn++) {
        await bring(host, autodiscover);
        expect(await request(port, attack)).toBe('closed');
        await bring(host);
        expect(await request(port, attack)).toBe(200);
      }
    } finally {
      held.destroy();
    }
  });

  it('loses no request while rules come, change and go', async () => {
    counts.requests += await reloadUnderLoad(host, port, 8);
    counts.cycles += 24;
  });

  it("with a configuration that the admin broke keeps serving, and says so in nginx's words", async () => {
    const plan = await host.plan([autodiscover], none);
    await performAll(host, plan);
    at.edit('nginx.conf', (text) => text.replace('access_log off;', 'access_log off;\n\tno_such_thing on;'));
    await expect(host.activate()).rejects.toMatchObject({
      code: 'configuration-refused',
      message: `nginx refuses its configuration: unknown directive "no_such_thing" in ${at.file('nginx.conf')}:6`,
    });
    expect(await request(port, attack)).toBe(200);
    await undoAll(host, plan);
    expect((await host.survey()).missing).toMatchObject([{ what: expect.stringContaining('no_such_thing') }]);
    at.edit('nginx.conf', (text) => text.replace('\tno_such_thing on;\n', ''));
    await host.activate();
    expect((await host.survey()).missing).toEqual([]);
  });

  it('that does not come up with a configuration it has accepted is found out, and what served before still serves', async () => {
    const original = at.snapshot();
    const plan = await host.plan([autodiscover], none);
    await performAll(host, plan);
    at.edit('sites-available/a', (text) => text.replace('$binary_remote_addr', '$remote_addr'));
    expect(await complaintOf(at)).toBeUndefined();
    await expect(host.activate()).rejects.toMatchObject({
      code: 'reload-failed',
      message: expect.stringMatching(
        /^nginx did not take the new configuration: limit_req "a" uses the "\$remote_addr" key/,
      ),
    });
    expect(await request(port, '/owa/')).toBe(200);
    expect(await request(port, attack)).toBe(200);
    await undoAll(host, plan);
    at.edit('sites-available/a', (text) => text.replace('$remote_addr', '$binary_remote_addr'));
    await host.activate();
    expect(at.snapshot()).toEqual(original);
  });

  it('keeps what the admin edits between a change and its undoing', async () => {
    const plan = await host.plan([autodiscover], none);
    await performAll(host, plan);
    at.edit('sites-available/a', (text) => `# mine\n${text.replace('return 200', 'return 201')}`);
    expect(await complaintOf(at)).toBeUndefined();
    await undoAll(host, plan);
    await host.activate();
    expect(await request(port, '/')).toBe(201);
    const wanted = sitesOn(port).files.find(([name]) => name === 'sites-available/a')?.[1] ?? '';
    expect(fs.readFileSync(at.file('sites-available/a'), 'utf8')).toBe(`# mine\n${wanted.replace('200', '201')}`);
  });

  it('survives that somebody deletes our whole folder: it starts, serves, and is protected again after the next plan', async () => {
    await bring(host, autodiscover);
    fs.rmSync(at.file('stopgap'), { recursive: true });
    expect(await complaintOf(at)).toBeUndefined();
    await nginx.stop();
    nginx = await RealNginx.start(at);
    expect(await request(port, '/owa/')).toBe(200);
    await bring(host, autodiscover);
    expect(await request(port, attack)).toBe('closed');
  });

  it('that does not run only has its configuration tested', async () => {
    await nginx.stop();
    expect((await host.survey()).endpoints).toEqual([]);
    await bring(host, autodiscover);
    nginx = await RealNginx.start(at);
    expect(await request(port, attack)).toBe('closed');
  });
});
