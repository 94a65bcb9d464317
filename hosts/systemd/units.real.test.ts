import type { Change, Claims, HeldAction, Host } from '@stopgap/agent';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootTestHost, type TestHost } from '../../tests/host-machine/index.ts';
import { hostIn, stopping, treeOf } from './testing/in-test-host.ts';
import { layOutUnits, statesOf } from './testing/units.ts';

/** Kind of unit, what the mitigation calls it, what must not start while it is held, what must be as it was after. */
const kinds: readonly (readonly [string, string, string, string])[] = [
  ['a packaged, enabled unit', 'packaged', 'packaged nickname', ''],
  ['a unit under an alias', 'nickname', 'packaged nickname', ''],
  ['a static unit', 'static', 'static', ''],
  ['an enabled unit that does not run', 'idle', 'idle', ''],
  ['a disabled unit that does not run', 'off', 'off', ''],
  ['a unit that failed', 'broken', 'broken', ''],
  ['an administrator’s own unit with a drop-in', 'admins', 'admins', ''],
  ['a linked unit', 'linked', 'linked', ''],
  ['a unit that somebody masked', 'masked', 'masked', ''],
  ['a unit with a link made by hand', 'odd', 'odd', ''],
  ['a generated unit', 'generated', 'generated', ''],
  ['an instance', 'pool@1', 'pool@1', 'pool@2.service'],
  ['a template', 'pool@', 'pool@1 pool@2 pool@own pool@new', 'pool@1.service pool@2.service pool@own.service'],
  ['a unit that others need', 'needed', 'needed needs', 'needs.service part.service'],
  ['a unit with a timer and a path', 'woken', 'woken woken.timer other.path', 'woken.timer other.path'],
  ['a unit with a socket', 'echo', 'echo echo.socket', 'echo.socket'],
  ['a template with a socket', 'each@', 'each@1 each.socket', 'each.socket'],
  ['a unit that does not stop when told', 'stubborn', 'stubborn', ''],
  ['a unit that restarts itself', 'forking', 'forking', ''],
  ['a unit that ran once and stays', 'once', 'once', ''],
  ['a socket alone', 'echo.socket', 'echo.socket', 'echo.service'],
];

describe.skipIf(process.getuid?.() !== 0)('the units of a real systemd (as root)', () => {
  let host: TestHost;
  let systemd: Host;
  let tried = 0;

  beforeAll(async () => {
    host = await bootTestHost({ ownFolders: ['/usr/local', '/opt'] });
    await layOutUnits(host);
    systemd = hostIn(host);
  });

  afterAll(async () => {
    console.log(`systemd: ${tried} kinds of unit held and given back on the real systemd`);
    await host?.stop();
  });

  const perform = async (changes: readonly Change[]) => {
    for (const change of changes) await systemd.perform(change);
  };
  const claimsOf = async (wanted: readonly HeldAction[], claims: Claims = new Map()): Promise<Claims> =>
    new Map((await systemd.plan(wanted, claims)).findings.flatMap(({ claims: c }) => (c ? [[c.thing, c.state]] : [])));
  const systemctl = async (...args: string[]) => (await host.run('systemctl', args)).stdout.trim();
  const withSuffix = (names: string) =>
    names
      .split(' ')
      .filter(Boolean)
      .map((name) => (/\.(socket|timer|path|service)$/.test(name) ? name : `${name}.service`));

  it.each(kinds)(
    '%s is stopped, cannot be started, and is given back as it was',
    async (_kind, name, refused, others) => {
      const all = [...new Set([...withSuffix(refused), ...withSuffix(others)])].filter(
        (one) => one !== 'pool@new.service',
      );
      const [before, tree, wanted] = [await statesOf(host, all), treeOf(host), [stopping(name)]];
      expect(systemd.accepts(stopping(name), await systemd.survey()), name).toMatchObject({ accepted: true });
      const claims = await claimsOf(wanted);
      const { findings, changes } = await systemd.plan(wanted, new Map());
      expect(findings.map(({ presence }) => presence)).toEqual(['absent']);
      await perform(changes);
      await perform(changes);
      for (const unit of withSuffix(refused)) {
        await host.run('systemctl', ['start', '--', unit]);
        expect(['inactive', 'failed'], unit).toContain(await systemctl('is-active', '--', unit));
      }
      expect(await systemd.plan(wanted, claims)).toMatchObject({ findings: [{ presence: 'in-place' }], changes: [] });
      expect(systemd.accepts(stopping(name), await systemd.survey()), name).toMatchObject({ accepted: true });
      const back = await systemd.plan([], claims);
      expect(back.changes).toHaveLength(1);
      await perform(back.changes);
      expect(await statesOf(host, all)).toBe(before);
      expect(treeOf(host)).toBe(tree);
      expect((await systemd.plan([], claims)).changes).toEqual([]);
      for (const change of changes) await systemd.perform(change).then(() => systemd.undo(change));
      expect(await statesOf(host, all)).toBe(before);
      expect(treeOf(host)).toBe(tree);
      tried++;
    },
  );

  it('starts nothing at its socket while it is held, and answers again afterwards', async () => {
    const knock = (port: number) =>
      host.run('bash', ['-c', `exec 3<>/dev/tcp/127.0.0.1/${port} && echo x >&3 && sleep 0.2`], { timeoutMs: 10_000 });
    for (const [name, port, unit] of [
      ['echo', 7007, 'echo.service'],
      ['each@', 7009, 'each@*.service'],
    ] as const) {
      const claims = await claimsOf([stopping(name)]);
      expect((await knock(port)).code, name).toBe(0);
      await perform((await systemd.plan([stopping(name)], claims)).changes);
      const answers = await Promise.all([1, 2, 3, 4, 5].map(() => knock(port)));
      expect(
        answers.every(({ code }) => code !== 0),
        name,
      ).toBe(true);
      expect(await systemctl('list-units', '--no-legend', '--state=active', unit)).toBe('');
      await perform((await systemd.plan([], claims)).changes);
      expect((await knock(port)).code, name).toBe(0);
      await host.run('systemctl', ['stop', unit]);
    }
  });

  it('keeps them stopped when systemd starts anew and pulls in what a boot pulls in', async () => {
    const wanted = ['packaged', 'echo', 'woken', 'pool@', 'generated'].map((name) => stopping(name));
    const units =
      'packaged.service echo.socket woken.timer other.path pool@1.service pool@own.service generated.service'.split(
        ' ',
      );
    const before = await statesOf(host, units);
    const claims = await claimsOf(wanted);
    await perform((await systemd.plan(wanted, claims)).changes);
    await host.run('systemctl', ['daemon-reexec']);
    await host.run('systemctl', ['start', 'multi-user.target', 'sockets.target', 'timers.target', 'paths.target']);
    expect((await systemctl('is-active', ...units)).split('\n')).toEqual(units.map(() => 'inactive'));
    expect((await systemd.plan(wanted, claims)).changes).toEqual([]);
    const failed = await systemctl('list-units', '--no-legend', '--plain', '--state=failed', ...units);
    expect(failed).toBe('');
    await perform((await systemd.plan([], claims)).changes);
    expect(await statesOf(host, units)).toBe(before);
  });

  it('says what has to be known before it is stopped', async () => {
    const { findings } = await systemd.plan([stopping('needed'), stopping('echo')], new Map());
    expect(findings[0]?.detail).toContain('needed.service (active, enabled)');
    expect(findings[0]?.detail).toContain('stops with it: needs.service, part.service');
    expect(findings[0]?.detail).toContain('multi-user.target');
    expect(findings[1]?.detail).toContain('echo.socket (active, enabled)');
  });

  it('gives a unit back to two claims only with the last, in whatever order they end', async () => {
    const units = ['echo.service', 'echo.socket'];
    const [service, socket] = [stopping('echo'), stopping('echo.socket')];
    for (const first of [service, socket]) {
      const [before, tree] = [await statesOf(host, units), treeOf(host)];
      const one = await claimsOf([service]);
      await perform((await systemd.plan([service], one)).changes);
      const both = new Map([...(await claimsOf([service, socket], one)), ...one]);
      await perform((await systemd.plan([service, socket], both)).changes);
      const staying = first === service ? socket : service;
      await perform((await systemd.plan([staying], both)).changes);
      expect(await systemctl('is-active', 'echo.socket')).toBe('inactive');
      const last = new Map(
        [...both].filter(([thing]) => thing === (staying === service ? 'service:echo.service' : 'service:echo.socket')),
      );
      await perform((await systemd.plan([], last)).changes);
      expect(await statesOf(host, units)).toBe(before);
      expect(treeOf(host)).toBe(tree);
    }
  });

  it('leaves what the administrator does meanwhile', async () => {
    const claims = await claimsOf([stopping('odd')]);
    const { changes } = await systemd.plan([stopping('odd')], claims);
    await perform(changes);
    await host.run('systemctl', ['mask', 'odd']);
    await perform((await systemd.plan([], claims)).changes);
    expect(await systemctl('show', '--property=LoadState,ActiveState', 'odd')).toBe(
      'LoadState=masked\nActiveState=inactive',
    );
    await host.run('systemctl', ['unmask', 'odd']);
    await perform(changes);
    await host.run('rm', ['/etc/systemd/system/multi-user.target.wants/odd.service']);
    for (const change of changes) await systemd.undo(change);
    expect(await systemctl('show', '--property=LoadState,ActiveState,UnitFileState', 'odd')).toBe(
      'LoadState=loaded\nActiveState=inactive\nUnitFileState=disabled',
    );
  });

  it('sees that somebody lifted the mask, and puts it back', async () => {
    const claims = await claimsOf([stopping('forking')]);
    await perform((await systemd.plan([stopping('forking')], claims)).changes);
    await host.run('rm', ['/etc/systemd/system.control/forking.service']);
    await host.run('systemctl', ['daemon-reload']);
    await host.run('systemctl', ['start', 'forking']);
    expect(await systemctl('is-active', 'forking')).toBe('active');
    const plan = await systemd.plan([stopping('forking')], claims);
    expect(plan.findings[0]?.presence).toBe('drifted');
    await perform(plan.changes);
    expect(await systemctl('is-active', 'forking')).toBe('inactive');
    await perform((await systemd.plan([], claims)).changes);
    expect(await systemctl('is-active', 'forking')).toBe('active');
  });

  it('refuses what could not be given back, or stops the machine', async () => {
    await host.run('systemd-run', ['--unit=passing', 'sleep', 'infinity']);
    const survey = await systemd.survey();
    const { findings, changes } = await systemd.plan([stopping('passing')], new Map());
    expect(findings[0]).toMatchObject({ presence: 'conflict', detail: expect.stringContaining('transient') });
    expect(changes).toEqual([]);
    expect(systemd.accepts(stopping('nothing-here'), survey)).toMatchObject({
      accepted: false,
      state: 'not-applicable',
    });
    expect(systemd.accepts(stopping('dbus'), survey)).toMatchObject({ accepted: false, state: 'unsupported' });
  });
});
