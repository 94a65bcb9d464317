import { HostError } from '@stopgap/agent';
import type { Clock } from '@stopgap/machine';
import { limits } from '../limits.ts';
import type { Appcmd } from './appcmd.ts';
import type { PoolState } from './pool-state.ts';

/**
 * Brings a pool into a state and waits until it is there. Twice is as good as once; a pool that is gone is stopped.
 * Throws `HostError` `reload-failed` when it does not get there in time.
 */
export async function settlePool(pool: string, wanted: PoolState, appcmd: Appcmd, clock: Clock): Promise<void> {
  if (wanted === 'unknown') return;
  const start = clock.elapsed();
  let asked = false;
  for (;;) {
    const now = await appcmd.stateOf(pool);
    if (now === wanted || now === undefined) return;
    if (!asked && now !== 'changing') {
      await appcmd.ask(wanted === 'running' ? 'start' : 'stop', pool);
      asked = true;
      continue;
    }
    if (clock.elapsed() - start > limits.poolMs) {
      const seconds = limits.poolMs / 1000;
      const message = `the application pool ${pool} is ${now} after ${seconds} seconds, not ${wanted}; see the event log of WAS`;
      throw new HostError('reload-failed', message);
    }
    await clock.sleep(limits.pollMs);
  }
}
