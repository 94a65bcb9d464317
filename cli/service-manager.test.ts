import { type Clock, silentLog } from '@stopgap/machine';
import { describe, expect, it } from 'vitest';
import { serviceManagerOf } from './service-manager.ts';

describe('telling systemd', () => {
  const told: string[] = [];
  const commands = {
    run: async (
      file: string,
      args: readonly string[],
      options?: { readonly env?: Readonly<Record<string, string>> },
    ) => {
      told.push(`${file} ${args.join(' ')} ${options?.env?.NOTIFY_SOCKET}`);
      return { code: told.length === 2 ? 1 : 0, stdout: '', stderr: 'no' };
    },
  };

  it('says that it is ready, then that it is alive, three times in the time that systemd gives it, until it ends', async () => {
    const stopping = new AbortController();
    const slept: number[] = [];
    const clock: Clock = {
      now: () => 0,
      elapsed: () => 0,
      sleep: async (ms) => {
        slept.push(ms);
        if (slept.length === 3) stopping.abort();
      },
    };
    const env = { NOTIFY_SOCKET: '/run/notify', WATCHDOG_USEC: '30000000' };
    serviceManagerOf(env, { commands, clock, log: silentLog }).ready(stopping.signal);
    await expect.poll(() => slept.length, { timeout: 10_000 }).toBe(3);
    expect(slept).toEqual([10_000, 10_000, 10_000]);
    expect(told).toEqual([
      'systemd-notify READY=1 /run/notify',
      ...[1, 2, 3].map(() => 'systemd-notify WATCHDOG=1 /run/notify'),
    ]);
  });

  it('says nothing where nobody asked', () => {
    const before = told.length;
    const clock: Clock = { now: () => 0, elapsed: () => 0, sleep: async () => {} };
    serviceManagerOf({}, { commands, clock, log: silentLog }).ready(new AbortController().signal);
    expect(told).toHaveLength(before);
  });
});
