import * as fs from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DocumentOptions, documentText } from '../../agent/testing/documents.ts';
import { apachePort, enrolment, type InstalledServer, nginxPort, startInstalledServer } from './installed-server.ts';

/** Generous: the machine may be busy. */
const patience = { timeout: 60_000, interval: 1000 };
const config = '/var/lib/stopgap/agent.json';

/** A mitigation with a rule, a pool and a service, and the evidence for the rule. */
const allAtOnce = (revision: number, options: DocumentOptions = {}) =>
  documentText('ALL', { ...options, revision }).replace(
    '</actions>',
    '<appPool name="shop"/><service name="legacy"/></actions>',
  );

const oneOfEach = (options: DocumentOptions): ReadonlyMap<string, string> =>
  new Map([
    ['RULE', documentText('RULE', options)],
    ['POOL', documentText('POOL', { ...options, actions: '<appPool name="shop"/>' })],
    ['SERVICE', documentText('SERVICE', { ...options, actions: '<service name="legacy"/>' })],
    ['PING', documentText('PING', { ...options, actions: '<none/>' })],
  ]);

describe.skipIf(process.getuid?.() !== 0)('the installed service, under its sandbox (as root)', () => {
  let server: InstalledServer;
  /** Before the installation, and after it with nothing in force. */
  let before: ReadonlyMap<string, string>;

  beforeAll(async () => {
    server = await startInstalledServer();
    before = server.snapshot();
  });
  afterAll(() => server?.host.stop());

  const stateOf = async (id: string) => (await server.states()).get(id)?.state;
  const active = async (unit: string) => (await server.host.run('systemctl', ['is-active', unit])).stdout.trim();
  const differences = () => {
    const now = server.snapshot();
    const ours =
      /^\/(?:var\/lib\/stopgap|var\/cache\/stopgap|usr\/local\/bin\/stopgap|etc\/systemd\/system\.control)\b|stopgap\.service|multi-user\.target\.wants/;
    return [...new Set([...before.keys(), ...now.keys()])]
      .filter((file) => before.get(file) !== now.get(file) && !ours.test(file))
      .sort();
  };
  /** What an attacker and a customer see. */
  const seen = async (attack: string) => ({
    attacks: [await server.outcome(nginxPort, attack), await server.outcome(apachePort, attack)],
    sites: [await server.outcome(nginxPort, '/'), await server.outcome(apachePort, '/')],
    pool: await server.outcome(nginxPort, '/shop'),
    service: await active('legacy.service'),
    timer: await active('legacy.timer'),
  });
  const running = { sites: ['200', '200'], pool: '200', service: 'active', timer: 'active' };
  const open = { ...running, attacks: ['200', '404'] };
  const shut = { ...running, attacks: ['refused', '403'], pool: '502', service: 'inactive', timer: 'inactive' };

  it('is installed with a feed, runs, and is brought up to date after its configuration was edited', async () => {
    expect(await server.stopgap(['agent', 'install', ...enrolment, '--dry-run'])).toContain('nothing was changed');
    expect(differences()).toEqual([]);
    await server.stopgap(['agent', 'install', ...enrolment]);
    expect(await active('stopgap.service')).toBe('active');
    const written = JSON.parse(fs.readFileSync(server.host.path(config), 'utf8')) as { hosts: { kind: string }[] };
    expect(written.hosts.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['nginx', 'apache', 'php-fpm', 'systemd']),
    );
    const products = [{ product: 'thing', detector: 'declared', build: '1.2.3' }];
    fs.writeFileSync(server.host.path(config), JSON.stringify({ ...written, products, notify: [{ kind: 'syslog' }] }));
    const again = JSON.parse(await server.stopgap(['agent', 'install', '--json'])) as { items: { verdict: string }[] };
    expect(new Set(again.items.map(({ verdict }) => verdict))).toEqual(new Set(['same']));
    for (const folder of ['/var/lib/stopgap', '/var/cache/stopgap'])
      expect([folder, fs.statSync(server.host.path(folder)).mode & 0o7777]).toEqual([folder, 0o700]);
    for (const name of fs.readdirSync(server.host.path('/var/lib/stopgap'))) {
      const mode = fs.statSync(server.host.path(`/var/lib/stopgap/${name}`)).mode & 0o077;
      expect([name, mode]).toEqual([name, 0]);
    }
  });

  it('may write where its hosts have to and nowhere else, and has given up every right that it does not need', async () => {
    const pid = (await server.host.run('systemctl', ['show', '-P', 'MainPID', 'stopgap'])).stdout.trim();
    const within = (...args: string[]) => server.host.run('nsenter', ['--target', pid, '--mount', ...args]);
    for (const folder of ['/etc', '/usr/bin', '/etc/systemd/system', '/root', '/var/www', '/etc/apache2']) {
      const { code, stderr } = await within('touch', `${folder}/probe`);
      expect([folder, code, stderr]).toEqual([folder, 1, expect.stringContaining('Read-only file system')]);
    }
    for (const folder of [
      '/etc/nginx',
      '/etc/php/8.2/fpm',
      '/etc/systemd/system.control',
      '/etc/apache2/conf-enabled',
    ]) {
      expect([folder, (await within('touch', `${folder}/probe`)).code]).toEqual([folder, 0]);
      await within('rm', `${folder}/probe`);
    }
    const status = (await server.host.run('cat', [`/proc/${pid}/status`])).stdout;
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    expect(status).toMatch(/^Seccomp:\t2$/m);
    // CHOWN 0, DAC_OVERRIDE 1, FOWNER 3, KILL 5, NET_BIND_SERVICE 10 (capabilities(7)).
    expect(status).toMatch(/^CapBnd:\t0*42b$/m);
    expect(status).toMatch(/^CapEff:\t0*42b$/m);
  });

  it('is found ready by the doctor, but for what this machine lacks', async () => {
    const { findings } = JSON.parse(await server.stopgap(['doctor', '--json'])) as {
      findings: { code: string; verdict: string; detail: string }[];
    };
    expect(findings.filter(({ verdict }) => verdict === 'failed')).toEqual([]);
    for (const code of ['service', 'sandbox', 'feeds', 'write-access', 'hosts'])
      expect(findings.find((one) => one.code === code)).toMatchObject({ verdict: 'ok' });
  });

  it('applies a mitigation of each kind as soon as it is published, proves it, and takes it off when it is withdrawn', async () => {
    expect(await seen('/attack/RULE')).toEqual(open);
    await server.publish(oneOfEach({ revision: 1 }));
    await expect.poll(() => stateOf('RULE'), patience).toBe('protected');
    await expect.poll(() => stateOf('PING'), patience).toBe('protected');
    for (const id of ['POOL', 'SERVICE']) await expect.poll(() => stateOf(id), patience).toMatch(/applied|protected/);
    expect(await seen('/attack/RULE')).toEqual(shut);
    const heard = async () => (await server.host.run('journalctl', ['--identifier=stopgap', '--output=cat'])).stdout;
    for (const id of ['RULE', 'POOL', 'SERVICE']) await expect.poll(heard, patience).toContain(`${id} applied`);
    expect(differences().length).toBeGreaterThan(0);
    await server.publish(oneOfEach({ revision: 2, withdrawn: 'a test' }));
    for (const id of ['RULE', 'POOL', 'SERVICE', 'PING'])
      await expect.poll(() => stateOf(id), patience).toBe('removed');
    expect(await seen('/attack/RULE')).toEqual(open);
    expect(differences()).toEqual([]);
  });

  it('applies nothing of a mitigation with several actions where one fails, and all of it when none does', async () => {
    const dropIn = '/run/systemd/system/stopgap.service.d/fault.conf';
    fs.mkdirSync(server.host.path('/run/systemd/system/stopgap.service.d'), { recursive: true });
    fs.writeFileSync(server.host.path(dropIn), '[Service]\nReadOnlyPaths=/etc/php/8.2/fpm/pool.d\n');
    const restart = async () => {
      await server.host.run('systemctl', ['daemon-reload']);
      await server.host.run('systemctl', ['restart', 'stopgap'], { timeoutMs: 120_000 });
    };
    await restart();
    await server.publish(new Map([['ALL', allAtOnce(1)]]));
    await expect.poll(() => stateOf('ALL'), patience).toMatch(/failed|prerequisite-missing/);
    expect((await server.states()).get('ALL')?.reason).toMatch(/read-only|EROFS/i);
    expect(await seen('/attack/ALL')).toEqual(open);
    expect(differences()).toEqual([]);

    fs.rmSync(server.host.path(dropIn));
    await restart();
    await server.stopgap(['apply', 'ALL']);
    expect(await stateOf('ALL')).toBe('protected');
    expect(await seen('/attack/ALL')).toEqual(shut);
  });

  it('tells systemd that it is alive', async () => {
    const since = async () =>
      (await server.host.run('systemctl', ['show', '-P', 'WatchdogTimestampMonotonic', 'stopgap'])).stdout;
    fs.mkdirSync(server.host.path('/run/systemd/system/stopgap.service.d'), { recursive: true });
    const dropIn = server.host.path('/run/systemd/system/stopgap.service.d/watchdog.conf');
    fs.writeFileSync(dropIn, '[Service]\nWatchdogSec=9\n');
    await server.host.run('systemctl', ['daemon-reload']);
    await server.host.run('systemctl', ['restart', 'stopgap'], { timeoutMs: 120_000 });
    const first = await since();
    await expect.poll(since, patience).not.toBe(first);
    fs.rmSync(dropIn);
    await server.host.run('systemctl', ['daemon-reload']);
  });

  it('comes back after it was killed outright, with everything in force, and takes off what is fixed', async () => {
    const pid = async () => (await server.host.run('systemctl', ['show', '-P', 'MainPID', 'stopgap'])).stdout.trim();
    const killed = await pid();
    await server.host.run('systemctl', ['kill', '--signal=KILL', 'stopgap']);
    await expect
      .poll(async () => [await active('stopgap'), (await pid()) !== killed], patience)
      .toEqual(['active', true]);
    expect(await seen('/attack/ALL')).toEqual(shut);
    const text = fs.readFileSync(server.host.path(config), 'utf8');
    fs.writeFileSync(server.host.path(config), text.replace('1.2.3', '1.2.9'));
    await server.host.run('systemctl', ['restart', 'stopgap'], { timeoutMs: 120_000 });
    expect((await server.states()).get('ALL')).toMatchObject({
      state: 'removed',
      reason: expect.stringContaining('fixed'),
    });
    expect(await seen('/attack/ALL')).toEqual(open);
    expect(differences()).toEqual([]);
  });

  it('takes off what is in force when it is uninstalled, and leaves no file behind', async () => {
    const text = fs.readFileSync(server.host.path(config), 'utf8');
    fs.writeFileSync(server.host.path(config), text.replace('1.2.9', '1.2.3'));
    await server.host.run('systemctl', ['restart', 'stopgap'], { timeoutMs: 120_000 });
    expect(await seen('/attack/ALL')).toEqual(shut);
    await expect(server.stopgap(['agent', 'uninstall'])).rejects.toThrow(
      /in force: .*\n.*open to these attacks.*\n.*--yes/,
    );
    expect(await seen('/attack/ALL')).toEqual(shut);
    const said = await server.stopgap(['agent', 'uninstall', '--yes']);
    expect(said).toContain('ALL: taken off');
    expect(await seen('/attack/ALL')).toEqual(open);
    expect([...server.snapshot()]).toEqual(expect.arrayContaining([...before]));
    expect([...server.snapshot().keys()].filter((file) => !before.has(file))).toEqual([]);
    expect((await server.host.run('systemctl', ['cat', 'stopgap'])).code).not.toBe(0);
  });
});
