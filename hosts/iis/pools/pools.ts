import { HostError, type StateChange } from '@stopgap/agent';
import type { IisHostConfig } from '../config.ts';
import { limits } from '../limits.ts';
import type { HostParts } from '../parts.ts';
import type { Server } from '../server/server.ts';
import { appcmdOf } from './appcmd.ts';
import type { Running } from './plan-pools.ts';
import { type PoolState, parsePoolState, poolOf } from './pool-state.ts';
import { settlePool } from './settle.ts';

/** The application pools of a running IIS; of one that does not run nothing is known, and nothing has to be done. */
export interface Pools {
  /** How these run now. Throws `HostError`. */
  running(names: readonly string[]): Promise<Running>;
  /** Brings the pool of a change into the given state. Throws `HostError`, also for a change that is not of a pool. */
  settle(change: StateChange, state: string): Promise<void>;
}

const usualPlace = '%windir%\\System32\\inetsrv\\appcmd.exe';

/** The pools of the configured IIS. */
export function poolsOf(config: IisHostConfig, parts: HostParts, server: () => Server): Pools {
  const appcmd = () => {
    if (config.appcmd !== undefined) return appcmdOf(parts.commands, config.appcmd);
    if (config.root !== undefined) return undefined;
    const found = server().drive.find(usualPlace);
    return appcmdOf(parts.commands, typeof found === 'string' ? found : 'appcmd.exe');
  };
  return {
    running: async (names) => {
      const asked = names.length > 0 ? appcmd() : undefined;
      const states = new Map<string, PoolState>();
      for (const name of asked ? names : []) {
        const state = await settled(() => asked?.stateOf(name), parts);
        if (state !== undefined) states.set(name, state);
      }
      return states;
    },
    settle: async (change, state) => {
      const pool = poolOf(change.thing);
      if (pool === undefined) throw new HostError('configuration-refused', change.summary);
      const asked = appcmd();
      if (asked) await settlePool(pool, parsePoolState(state, change.thing), asked, parts.clock);
    },
  };
}

/** A pool that is on its way is given a moment; one that stays there counts as running, so that it is stopped. */
async function settled(
  ask: () => Promise<PoolState | 'changing' | undefined> | undefined,
  { clock }: HostParts,
): Promise<PoolState | undefined> {
  const start = clock.elapsed();
  for (;;) {
    const now = await ask();
    if (now !== 'changing') return now;
    if (clock.elapsed() - start > limits.settlingMs) return 'running';
    await clock.sleep(limits.pollMs);
  }
}
