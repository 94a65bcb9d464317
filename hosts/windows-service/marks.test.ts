import { describe, expect, it } from 'vitest';
import { marksOf } from './marks.ts';
import type { Former } from './state.ts';
import { StandInWindows } from './testing/stand-in-windows.ts';

const parent = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Stopgap';
const former: Former = { start: 'delayed-auto', run: 'running', dependents: ['A Service', 'B'] };
const off: Former = { start: 'disabled', run: 'stopped', dependents: [] };

function marks() {
  const windows = new StandInWindows();
  windows.registry.set('HKEY_LOCAL_MACHINE\\SOFTWARE\\Other', { keep: 'me' });
  return { windows, marks: marksOf(windows, 'reg.exe'), keys: () => [...windows.registry.keys.keys()] };
}

describe('what a service goes back to', () => {
  it('is written down, read again whatever the case of its name, and goes with the last', async () => {
    const { marks: all, keys, windows } = marks();
    const before = windows.snapshot();
    await all.put('MSExchangeHM', former);
    await all.put('Other One', off);
    expect(await all.read()).toEqual(
      new Map([
        ['msexchangehm', former],
        ['other one', off],
      ]),
    );
    await all.remove('MSEXCHANGEHM');
    expect([...(await all.read()).keys()]).toEqual(['other one']);
    expect(keys()).toContain(`${parent}\\Services`);
    await all.remove('Other One');
    await all.remove('Other One');
    expect(windows.snapshot()).toEqual(before);
  });

  it('leaves alone what others keep beside it', async () => {
    const { marks: all, keys, windows } = marks();
    windows.registry.set(`${parent}\\Elsewhere`, { a: 'b' });
    windows.registry.set(parent);
    await all.put('X', former);
    await all.remove('X');
    expect(keys()).toEqual(expect.arrayContaining([parent, `${parent}\\Elsewhere`]));
    expect(keys()).not.toContain(`${parent}\\Services`);
  });

  it('that somebody has spoilt is not believed', async () => {
    const { marks: all, windows } = marks();
    windows.registry.set(`${parent}\\Services`, {
      a: '1/auto/flying',
      b: '2/auto/running',
      c: 'x',
      d: '1/demand/paused',
    });
    expect(await all.read()).toEqual(new Map([['d', { start: 'demand', run: 'paused', dependents: [] }]]));
  });

  it('that cannot be written is an error that says as whom to run', async () => {
    const { marks: all, windows } = marks();
    windows.registry.readOnly = true;
    await expect(all.put('X', former)).rejects.toMatchObject({
      code: 'access-denied',
      message: expect.stringContaining('as SYSTEM or as Administrator'),
    });
  });
});
