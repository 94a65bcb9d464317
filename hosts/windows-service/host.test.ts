import type { HeldAction, Host } from '@stopgap/agent';
import { Keeper, throughJson } from '@stopgap/agent/contract';
import { describe, expect, it } from 'vitest';
import { decodeWindowsServiceHost } from './config.ts';
import { windowsServiceHost } from './index.ts';
import { failure, firstOf, um, windowsAtWork } from './testing/at-work.ts';
import { stop, windowsBed } from './testing/contract-bed.ts';
import { type LanguageName, languages } from './testing/languages.ts';

describe('a service', () => {
  it('is disabled before it is stopped, after those that need it, and they start again the other way round', async () => {
    const { windows: machine, keeper } = windowsAtWork();
    const plan = await keeper.bring([um]);
    const orders = () => machine.calls.filter((call) => /^sc\.exe (config|stop|start) /.test(call));
    expect(plan.changes[0]?.summary).toBe('disable and stop MSExchangeUM, after FaxLog, Fax Gateway, which need it');
    expect(plan.findings[0]?.detail).toBe(
      'MSExchangeUM (running, demand, by triggers); stops with it: FaxLog, Fax Gateway',
    );
    expect(orders()).toEqual([
      'sc.exe config MSExchangeUM start= disabled',
      'sc.exe stop FaxLog',
      'sc.exe stop Fax Gateway',
      'sc.exe stop MSExchangeUM',
    ]);
    machine.calls.length = 0;
    const removal = await keeper.bring([]);
    expect(removal.changes[0]?.summary).toBe(
      'MSExchangeUM as it was before: start type demand, running; Fax Gateway, FaxLog started again',
    );
    expect(orders()).toEqual([
      'sc.exe config MSExchangeUM start= demand',
      'sc.exe start MSExchangeUM',
      'sc.exe start Fax Gateway',
      'sc.exe start FaxLog',
    ]);
  });

  it('says beforehand what Windows would do if it crashed, but for starting it again', async () => {
    const { windows: machine, keeper } = windowsAtWork();
    const actionsOf = (...types: readonly number[]) => {
      const numbers = [86_400, 0, 0, types.length, 20, ...types.flatMap((type) => [type, 60_000])];
      const data = Buffer.from(new Uint32Array(numbers).buffer).toString('hex').toUpperCase();
      const key = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\MSExchangeHM';
      machine.registry.set(key, { FailureActions: { type: 'REG_BINARY', data } });
    };
    const detail = async () => (await keeper.plan([stop('MSExchangeHM')])).findings[0]?.detail;
    actionsOf(1, 2, 3);
    expect(await detail()).toBe(
      'MSExchangeHM (running, delayed-auto); should it crash while it stops, Windows would restart the computer, or run a program',
    );
    actionsOf(1, 0, 1);
    expect(await detail()).toBe('MSExchangeHM (running, delayed-auto)');
  });

  it.each(['auto', 'delayed-auto', 'demand', 'disabled'] as const)(
    'that starts by %s has that start type again, running or not, paused or not',
    async (start) => {
      for (const state of [1, 4, 7]) {
        const { keeper, service, snapshot } = windowsAtWork();
        Object.assign(service('MSExchangeHM'), { start, state });
        const before = snapshot();
        await keeper.bring([stop('msexchangehm')]);
        expect(service('MSExchangeHM')).toMatchObject({ start: 'disabled', state: 1 });
        await keeper.bring([]);
        expect(snapshot()).toEqual(before);
      }
    },
  );

  it('that did not run is not started on removal', async () => {
    const { windows: machine, keeper } = windowsAtWork();
    await keeper.bring([stop('MSExchangeUMCR')]);
    await keeper.bring([]);
    expect(machine.calls.filter((call) => call.startsWith('sc.exe start'))).toEqual([]);
  });

  it('that restarts itself stays stopped, as nothing starts what is disabled', async () => {
    const { keeper, service } = windowsAtWork();
    service('MSExchangeHM').restarted = true;
    await keeper.bring([stop('MSExchangeHM')]);
    expect(await keeper.plan([stop('MSExchangeHM')])).toMatchObject({
      changes: [],
      findings: [{ presence: 'in-place' }],
    });
  });

  it('that somebody enables again at once is an error that says to look for a monitor', async () => {
    const { keeper, service } = windowsAtWork();
    service('MSExchangeHM').reenabled = 'auto';
    expect(await failure(keeper.bring([stop('MSExchangeHM')]))).toMatchObject({
      code: 'changed-meanwhile',
      message: expect.stringContaining('lets it start again (auto)'),
    });
  });

  it('of several mitigations, and what needs several of them, comes back with the last that keeps it stopped', async () => {
    const { add, keeper, logged, service, snapshot } = windowsAtWork();
    add('Monitor', { needs: ['MSExchangeHM', 'MSExchangeUM'] });
    const before = snapshot();
    const hm = stop('MSExchangeHM');
    for (const order of [
      [hm, um],
      [um, hm],
    ]) {
      await keeper.bring(order.slice(0, 1));
      await keeper.bring(order);
      await keeper.bring(order.slice(1));
      expect(service('Monitor').state).toBe(1);
      await keeper.bring([]);
      expect(snapshot()).toEqual(before);
      await keeper.bring(order);
      await keeper.bring([]);
      expect(snapshot()).toEqual(before);
    }
    expect(logged).toEqual([]);
  });

  it('that needs another that is held too runs again when the other does', async () => {
    const { keeper, logged, service, snapshot } = windowsAtWork();
    const before = snapshot();
    const fax = stop('Fax Gateway');
    await keeper.bring([um]);
    await keeper.bring([um, fax]);
    await keeper.bring([um]);
    expect(service('Fax Gateway')).toMatchObject({ start: 'auto', state: 1 });
    await keeper.bring([]);
    expect(snapshot()).toEqual(before);
    await keeper.bring([um, fax]);
    await keeper.bring([fax]);
    expect([service('MSExchangeUM').state, service('Fax Gateway').state]).toEqual([4, 1]);
    await keeper.bring([]);
    expect(snapshot()).toEqual(before);
    for (const order of [
      [um, fax],
      [fax, um],
    ]) {
      await keeper.bring(order);
      await keeper.bring([]);
      expect(snapshot()).toEqual(before);
    }
    expect(logged).toEqual([]);
  });

  it('that an administrator has given another start type meanwhile keeps it', async () => {
    const { keeper, service } = windowsAtWork();
    await keeper.bring([um]);
    Object.assign(service('MSExchangeUM'), { start: 'auto' });
    await keeper.bring([]);
    expect(service('MSExchangeUM')).toMatchObject({ start: 'auto', state: 4 });
  });

  it('whose dependents an administrator has disabled meanwhile leaves them off', async () => {
    const { keeper, service } = windowsAtWork();
    await keeper.bring([um]);
    service('FaxLog').start = 'disabled';
    await keeper.bring([]);
    expect([service('Fax Gateway').state, service('FaxLog').state]).toEqual([4, 1]);
  });

  it('is given back by what is in the registry where the journal was lost', async () => {
    const { host, keeper, snapshot } = windowsAtWork();
    const before = snapshot();
    await keeper.bring([um, stop('MSExchangeHM')]);
    const forgetful = new Keeper(host);
    const { findings } = await forgetful.bring([um]);
    expect(findings).toMatchObject([
      { presence: 'in-place', claims: { state: expect.stringContaining('"run":"running"') } },
    ]);
    await forgetful.bring([]);
    expect(snapshot()).toEqual(before);
  });

  it('is left alone by the undoing of a change that was never made', async () => {
    const { host, keeper, service } = windowsAtWork();
    const change = firstOf(await keeper.plan([um]));
    // Between the plan and now an administrator has stopped and disabled it.
    Object.assign(service('MSExchangeUM'), { start: 'disabled', state: 1 });
    for (const one of throughJson([change])) await host.undo(one);
    expect(service('MSExchangeUM')).toMatchObject({ start: 'disabled', state: 1 });
  });
});

describe('what is never stopped', () => {
  const conflicts: readonly (readonly [string, HeldAction, (at: ReturnType<typeof windowsAtWork>) => void, RegExp])[] =
    [
      [
        'the service that the agent runs in',
        stop('MSExchangeHM'),
        (at) => void Object.assign(at.service('MSExchangeHM'), { pid: 4_999_999 }),
        /MSExchangeHM is what this agent runs in/,
      ],
      [
        'what Windows needs, with what is held',
        stop('MSExchangeADTopology'),
        (at) => at.add('WinMgmt', { needs: ['MSExchangeADTopology'] }),
        /would stop WinMgmt, without which Windows does not run/,
      ],
      [
        'a service of each user',
        stop('MSExchangeHM'),
        (at) => void Object.assign(at.service('MSExchangeHM'), { type: 0xd0 }),
        /started for each user/,
      ],
    ];
  it.each(conflicts)('%s', async (_name, action, prepare, words) => {
    const at = windowsAtWork();
    prepare(at);
    const before = at.snapshot();
    expect(await at.keeper.bring([action])).toMatchObject({
      changes: [],
      findings: [{ presence: 'conflict', detail: expect.stringMatching(words) }],
    });
    expect(at.snapshot()).toEqual(before);
  });
});

describe('a Windows', () => {
  it.each(Object.keys(languages) as LanguageName[])('in %s is steered alike', async (language) => {
    const { windows: machine, host, keeper, snapshot } = windowsAtWork();
    machine.language = language;
    machine.page = 3;
    const before = snapshot();
    const survey = await host.survey();
    expect(survey).toMatchObject({ present: true, detail: 'Windows, 8 services' });
    expect(host.accepts(stop('Nobody'), survey)).toMatchObject({ accepted: false, state: 'not-applicable' });
    const wanted = ['MSExchangeUM', 'MSExchangeHM', 'MSExchangeHMRecovery', 'MSExchangeUMCR'].map((name) => stop(name));
    expect(wanted.map((one) => host.accepts(one, survey).accepted)).toEqual([true, true, true, true]);
    await keeper.bring(wanted);
    expect((await keeper.plan(wanted)).changes).toEqual([]);
    await keeper.bring([]);
    expect(snapshot()).toEqual(before);
  });

  it('on which nothing may be asked is a prerequisite that is missing, with its remedy', async () => {
    const { windows: machine } = windowsAtWork();
    const run = async () => ({
      code: 5,
      stdout: '[SC] OpenSCManager FEHLER 5:\r\n\r\nZugriff verweigert\r\n',
      stderr: '',
    });
    const host = hostOn({ run });
    const survey = await host.survey();
    expect(survey.missing).toMatchObject([{ remedy: 'run the agent as SYSTEM or as Administrator' }]);
    expect(host.accepts(um, survey)).toMatchObject({ accepted: false, state: 'prerequisite-missing' });
    expect(machine.calls).toEqual([]);
  });

  it('is nothing that another system is taken for', async () => {
    const host = hostOn({ run: () => Promise.reject(new Error('nothing is asked')) }, 'linux');
    expect(await host.survey()).toMatchObject({ present: false, detail: 'this is not Windows' });
  });

  it('shows what would be done', () => {
    const { host } = windowsAtWork();
    expect(host.render(stop('Fax Gateway'))).toEqual([
      {
        where: 'the services of this Windows',
        text: 'sc config "Fax Gateway" start= disabled\nsc stop "Fax Gateway"\n',
      },
    ]);
  });
});

describe('the entry in agent.json', () => {
  it('needs no more than its kind', () => {
    expect(decodeWindowsServiceHost({ kind: 'windows-service' }, 'hosts[0]')).toMatchObject({
      kind: 'windows-service',
    });
    expect(() => decodeWindowsServiceHost({ kind: 'windows-service', stopSecond: 3 }, 'hosts[0]')).toThrow(
      /stopSecond/,
    );
    expect(() => decodeWindowsServiceHost({ kind: 'windows-service', stopSeconds: 0 }, 'hosts[0]')).toThrow(
      /1 to 3600/,
    );
  });
});

function hostOn(commands: Parameters<typeof windowsServiceHost>[1]['commands'], platform = 'win32'): Host {
  const { clock } = windowsBed().windows;
  const quiet = () => {};
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  return windowsServiceHost({ kind: 'windows-service' }, { commands, clock, log, platform });
}
