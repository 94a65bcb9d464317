import type { Change, Claims, HeldAction, Host } from '@stopgap/agent';
import { beforeEach, describe, expect, it } from 'vitest';
import { decodeSystemdHost } from './index.ts';
import { ModelSystemd, stop } from './testing/model-systemd.ts';

let systemd: ModelSystemd;
let host: Host;

beforeEach(() => {
  systemd = new ModelSystemd();
  systemd.units.set('web.service', { active: 'active', enabled: 'enabled', triggeredBy: 'web.socket' });
  systemd.units.set('web.socket', { active: 'active', enabled: 'enabled' });
  systemd.units.set('lonely.service', { active: 'inactive', enabled: 'disabled' });
  host = systemd.host();
});

const claimsOf = async (wanted: readonly HeldAction[], claims: Claims = new Map()): Promise<Claims> =>
  new Map(
    (await host.plan(wanted, claims)).findings.flatMap((one) =>
      one.claims ? [[one.claims.thing, one.claims.state]] : [],
    ),
  );
const perform = async (changes: readonly Change[]) => {
  for (const change of changes) await host.perform(change);
};
const hold = async (...wanted: HeldAction[]) => {
  const claims = await claimsOf(wanted);
  const { changes } = await host.plan(wanted, claims);
  await perform(changes);
  return { claims, changes };
};
const states = (...units: string[]) => units.map((unit) => systemd.stateOf(unit));

describe('a service that is held', () => {
  it('is masked with what would start it, and comes back as it was', async () => {
    const { claims, changes } = await hold(stop('web'));
    expect(changes.map(({ summary }) => summary)).toEqual(['stop and mask web.service, web.socket']);
    expect(states('web.service', 'web.socket')).toEqual(['masked masked inactive', 'masked masked inactive']);
    expect(await host.plan([stop('web')], claims)).toMatchObject({ findings: [{ presence: 'in-place' }], changes: [] });
    await perform((await host.plan([], claims)).changes);
    expect(states('web.service', 'web.socket')).toEqual(['loaded enabled active', 'loaded enabled active']);
    expect(systemd.masks.size).toBe(0);
  });

  it('is not started on removal when it did not run', async () => {
    const { claims } = await hold(stop('lonely'));
    await perform((await host.plan([], claims)).changes);
    expect(states('lonely.service')).toEqual(['loaded disabled inactive']);
    expect(systemd.asked.filter((line) => / (start|stop) /.test(line))).toEqual([]);
  });

  it('is one thing for two mitigations, and both are told', async () => {
    const { findings, changes } = await host.plan([stop('web', 'A'), stop('web.service', 'B')], new Map());
    expect(findings.map((one) => one.claims?.thing)).toEqual(['service:web.service', 'service:web.service']);
    expect(changes).toHaveLength(1);
  });

  it('lets units start again that stopped with it', async () => {
    systemd.units.set('shop.service', { active: 'active', enabled: 'enabled' });
    systemd.units.set('db.service', { active: 'active', enabled: 'enabled', requiredBy: 'shop.service' });
    const { claims } = await hold(stop('db'));
    expect(states('shop.service')).toEqual(['loaded enabled inactive']);
    await perform((await host.plan([], claims)).changes);
    expect(states('db.service', 'shop.service')).toEqual(['loaded enabled active', 'loaded enabled active']);
  });

  it('is put back into force when the mask is lifted, and is given back as it was at first', async () => {
    const { claims } = await hold(stop('web'));
    systemd.masks.delete('web.service');
    const plan = await host.plan([stop('web')], claims);
    expect(plan.findings).toMatchObject([
      { presence: 'drifted', claims: { state: claims.get('service:web.service') } },
    ]);
    await perform(plan.changes);
    expect(states('web.service')).toEqual(['masked masked inactive']);
  });

  it('is given back by what starts it at boot when the journal was lost meanwhile', async () => {
    await hold(stop('web'), stop('lonely'));
    const claims = await claimsOf([stop('web'), stop('lonely')]);
    await perform((await host.plan([], claims)).changes);
    expect(states('web.service', 'web.socket', 'lonely.service')).toEqual([
      'loaded enabled active',
      'loaded enabled active',
      'loaded disabled inactive',
    ]);
  });

  it('does not come back where it was removed meanwhile', async () => {
    const { claims } = await hold(stop('web'));
    systemd.units.delete('web.service');
    await perform((await host.plan([], claims)).changes);
    expect(systemd.asked.at(-2)).toBe('systemctl start web.socket');
    expect(systemd.masks.size).toBe(0);
  });

  it('is given back even when it does not start, which is its own trouble', async () => {
    const { claims } = await hold(stop('web'));
    systemd.units.set('web.service', { active: 'inactive', enabled: 'enabled', startsNot: true });
    await perform((await host.plan([], claims)).changes);
    expect(states('web.service')).toEqual(['loaded enabled failed']);
  });
});

describe('stopping', () => {
  it('kills what does not stop in time', async () => {
    systemd.units.set('deaf.service', { active: 'active', enabled: 'static', stopping: 'hangs' });
    await hold(stop('deaf'));
    expect(states('deaf.service')).toEqual(['masked masked failed']);
    expect(systemd.asked).toContain('systemctl kill deaf.service');
  });

  it.each([
    ['Access denied as the requested operation requires interactive authentication.', 'access-denied'],
    ['Job for own.service canceled.', 'unreachable'],
  ])('says why systemd refuses: %s', async (words, code) => {
    systemd.units.set('own.service', { active: 'active', enabled: 'static', stopping: { refused: words } });
    const { changes } = await host.plan([stop('own')], new Map());
    await expect(perform(changes)).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
    for (const change of changes) await host.undo(change);
    expect(states('own.service')).toEqual(['loaded static active']);
    expect(systemd.masks.size).toBe(0);
  });
});

describe('what cannot be held', () => {
  const findingOf = async (name: string) => {
    const { findings, changes } = await host.plan([stop(name)], new Map());
    expect(changes).toEqual([]);
    return findings[0];
  };

  it('is the unit that the agent runs in, and what that needs', async () => {
    systemd.units.set('stopgap.service', { active: 'active', enabled: 'enabled' });
    systemd.units.set('net.service', { active: 'active', enabled: 'enabled', requiredBy: 'stopgap.service' });
    for (const name of ['stopgap', 'net']) {
      expect(await findingOf(name)).toMatchObject({
        presence: 'conflict',
        detail: expect.stringContaining('this agent'),
      });
    }
  });

  it('is what the machine does not run without, under whatever name, and what that needs', async () => {
    const logind = { active: 'active', enabled: 'static' };
    systemd.units.set('systemd-logind.service', logind);
    systemd.units.set('dbus-org.freedesktop.login1.service', { ...logind, id: 'systemd-logind.service' });
    systemd.units.set('dbus-daemon.service', { ...logind, names: 'dbus-daemon.service dbus.service' });
    systemd.units.set('below.service', { ...logind, requiredBy: 'systemd-logind.service' });
    for (const name of ['dbus-org.freedesktop.login1', 'dbus-daemon', 'below']) {
      expect(await findingOf(name), name).toMatchObject({
        presence: 'conflict',
        detail: expect.stringContaining('this machine does not run'),
      });
    }
  });

  it('is what refuses to stop, and what is transient', async () => {
    systemd.units.set('firm.service', { active: 'active', enabled: 'static', refuseManualStop: true });
    systemd.units.set('brief.service', {
      active: 'active',
      enabled: '',
      fragment: '/run/systemd/transient/brief.service',
    });
    expect(await findingOf('firm')).toMatchObject({ presence: 'conflict' });
    expect(await findingOf('brief')).toMatchObject({ presence: 'conflict' });
  });

  it('is what has something in the place of our mask, which is left alone', async () => {
    systemd.masks.set('web.service', '[Service]\nCPUWeight=3\n');
    expect(await findingOf('web')).toMatchObject({ presence: 'conflict' });
    systemd.masks.set('web.service', '');
    systemd.links.add('web.service');
    expect(await findingOf('web')).toMatchObject({ presence: 'conflict' });
    expect([...systemd.masks]).toEqual([['web.service', '']]);
  });

  it.each([
    ['absent', 'not-applicable', 'nothing to stop'],
    ['multi-user.target', 'unsupported', 'target'],
    ['Shop$1', 'unsupported', 'can be called'],
    ['dbus', 'unsupported', 'does not run without'],
  ])('is %s: %s', async (name, state, words) => {
    const answer = host.accepts(stop(name), await host.survey());
    expect(answer).toMatchObject({ accepted: false, state, reason: expect.stringContaining(words) });
  });

  it('is a state of a newer Stopgap', async () => {
    const claims = new Map([['service:web.service', '{"version":2,"units":[]}']]);
    await expect(host.plan([], claims)).rejects.toMatchObject({ code: 'configuration-refused' });
  });
});

describe('the survey', () => {
  it('says which systemd is here, and accepts what it has', async () => {
    const survey = await host.survey();
    expect(survey).toMatchObject({ present: true, version: '252', missing: [], endpoints: [] });
    for (const name of ['web', 'web.socket', 'lonely']) expect(host.accepts(stop(name), survey).accepted).toBe(true);
  });

  it('knows where systemd does not run, or is too old', async () => {
    systemd.version = 'systemd 219';
    expect(host.accepts(stop('web'), await host.survey())).toMatchObject({ state: 'prerequisite-missing' });
    systemd.booted = false;
    const survey = await host.survey();
    expect(survey.present).toBe(false);
    expect(host.accepts(stop('web'), survey)).toMatchObject({ accepted: false, state: 'unsupported' });
  });
});

describe('the configuration', () => {
  it('takes what it knows and nothing else', () => {
    const full = { kind: 'systemd', name: 'units', stopSeconds: 10, startSeconds: 20 };
    expect(decodeSystemdHost(full, 'c')).toEqual(full);
    for (const wrong of [{ stopSeconds: 0 }, { unknown: 1 }, { kind: 'nginx' }]) {
      expect(() => decodeSystemdHost({ kind: 'systemd', ...wrong }, 'c')).toThrow(/^c: /);
    }
  });
});
