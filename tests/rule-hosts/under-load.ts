import type { HeldAction, Host } from '@stopgap/agent';
import { performAll } from '@stopgap/agent/contract';
import { expect } from 'vitest';
import { autodiscover, refusing } from './actions.ts';
import { type Answer, request } from './raw-request.ts';

/** Brings a host to what is wanted, and puts it in force. */
export async function bring(host: Host, ...wanted: readonly HeldAction[]): Promise<void> {
  await performAll(host, (await host.plan(wanted, new Map())).changes);
  await host.activate();
}

/**
 * Sends ordinary requests by four at a time while rules come, change and go so many times; every one must get 200. Returns how
 * many there were.
 */
export async function reloadUnderLoad(host: Host, port: number, turns: number): Promise<number> {
  let busy = true;
  const answers: Answer[] = [];
  const load = Array.from({ length: 4 }, async () => {
    while (busy) answers.push(await request(port, '/owa/'));
  });
  try {
    for (let turn = 0; turn < turns; turn++) {
      await bring(host, autodiscover);
      await bring(host, autodiscover, refusing('elsewhere'));
      await bring(host);
    }
  } finally {
    busy = false;
    await Promise.all(load);
  }
  expect(answers.filter((answer) => answer !== 200)).toEqual([]);
  expect(answers.length).toBeGreaterThan(100);
  return answers.length;
}
