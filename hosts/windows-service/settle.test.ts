import { describe, expect, it } from 'vitest';
import { failure, firstOf, um, windowsAtWork } from './testing/at-work.ts';
import { stop } from './testing/contract-bed.ts';
import { type LanguageName, languages } from './testing/languages.ts';

describe('a service that does not do as it is told', () => {
  it('is waited for as long as its checkpoint rises, and no longer than four times its time', async () => {
    const { windows: machine, keeper, service } = windowsAtWork();
    Object.assign(service('MSExchangeHM'), { pendingLooks: 50, progresses: true, waitHint: 40_000 });
    await keeper.bring([stop('MSExchangeHM')]);
    expect(machine.clock.elapsed()).toBeGreaterThan(180_000);
    Object.assign(service('MSExchangeHMRecovery'), { pendingLooks: -1, progresses: true, waitHint: 40_000, pid: 77 });
    const start = machine.clock.elapsed();
    expect(await failure(keeper.bring([stop('MSExchangeHM'), stop('MSExchangeHMRecovery')]))).toMatchObject({
      code: 'reload-failed',
      message: expect.stringMatching(
        /MSExchangeHMRecovery is still stopping after 7\d\d seconds; .*taskkill \/PID 77 \/F/,
      ),
    });
    expect(machine.clock.elapsed() - start).toBeLessThan(800_000);
  });

  it('and says nothing of its progress is given up after its time, and the undoing gives back what it can', async () => {
    const { windows: machine, host, keeper, service } = windowsAtWork();
    Object.assign(service('MSExchangeHM'), { pendingLooks: -1 });
    const change = firstOf(await keeper.plan([stop('MSExchangeHM')]));
    const start = machine.clock.elapsed();
    expect(await failure(host.perform(change))).toMatchObject({
      message: expect.stringContaining('is still stopping'),
    });
    expect(machine.clock.elapsed() - start).toBeLessThan(190_000);
    await host.undo(change);
    expect(service('MSExchangeHM').start).toBe('delayed-auto');
    expect([...machine.registry.keys.keys()].filter((key) => key.includes('Stopgap'))).toEqual([]);
  });

  it.each([
    ['stop', 1052, 'reload-failed', /does not stop .*does not accept being stopped/],
    ['stop', 5, 'access-denied', /sc stop MSExchangeHM: error 5: access is denied; the agent has to run as SYSTEM/],
    ['config', 5, 'access-denied', /sc config MSExchangeHM/],
    ['stop', 1722, 'unreachable', /service control manager does not answer/],
    ['config', 4711, 'unreachable', /Windows error 4711 \(see net helpmsg 4711\)/],
    ['stop', 1061, 'reload-failed', /takes no orders at this moment/],
  ] as const)('but answers %s with error %i is an error that says so (%s)', async (order, code, kind, words) => {
    const { keeper, service, windows: machine } = windowsAtWork();
    service('MSExchangeHM').refuses = { [order]: code };
    for (const language of Object.keys(languages) as LanguageName[]) {
      machine.language = language;
      const error = await failure(keeper.bring([stop('MSExchangeHM')]));
      expect(error).toMatchObject({ code: kind, message: expect.stringMatching(words) });
    }
  });

  it('because it is marked for deletion is stopped, and goes', async () => {
    const { keeper, service, windows: machine, logged } = windowsAtWork();
    service('MSExchangeHM').deleted = true;
    await keeper.bring([stop('MSExchangeHM')]);
    expect(machine.services.find('MSExchangeHM')).toBeUndefined();
    expect(await keeper.plan([stop('MSExchangeHM')])).toMatchObject({
      changes: [],
      findings: [{ presence: 'absent', detail: 'there is no service MSExchangeHM any more' }],
    });
    await keeper.bring([]);
    expect(logged).toEqual([]);
    expect([...machine.registry.keys.keys()].filter((key) => key.includes('Stopgap'))).toEqual([]);
  });

  it.each([
    [1053, /did not answer in time|not running after/],
    [1069, /cannot log on/],
    [1068, /depends on did not start/],
    [1072, /marked for deletion/],
  ])('when it is started again (error %i) is logged, and keeps nothing in force', async (code, words) => {
    const { keeper, service, logged, windows: machine } = windowsAtWork();
    await keeper.bring([stop('MSExchangeHM')]);
    service('MSExchangeHM').refuses = { start: code };
    await keeper.bring([]);
    expect(service('MSExchangeHM')).toMatchObject({ start: 'delayed-auto', state: 1 });
    expect(logged).toEqual([expect.stringMatching(words)]);
    expect([...machine.registry.keys.keys()].filter((key) => key.includes('Stopgap'))).toEqual([]);
  });

  it('until a dependent that was not there is planned for: it is never stopped unforeseen', async () => {
    const { add, host, keeper, service } = windowsAtWork();
    const change = firstOf(await keeper.plan([um]));
    add('Newcomer', { needs: ['MSExchangeUM'] });
    expect(await failure(host.perform(change))).toMatchObject({
      code: 'changed-meanwhile',
      message: expect.stringContaining('Newcomer, which needs MSExchangeUM, was started after this was planned'),
    });
    expect(service('Newcomer').state).toBe(4);
    await host.undo(change);
    expect(service('MSExchangeUM')).toMatchObject({ start: 'demand', state: 4 });
  });
});
