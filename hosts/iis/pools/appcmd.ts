import { HostError } from '@stopgap/agent';
import { type Commands, MachineError } from '@stopgap/machine';
import type { PoolState } from './pool-state.ts';

/** What of `appcmd.exe` this host uses. */
export interface Appcmd {
  /** `changing`: it is on its way; `undefined`: IIS has no such pool. Throws `HostError`. */
  stateOf(pool: string): Promise<PoolState | 'changing' | undefined>;
  /** Asks for it, and does not wait. Throws `HostError` for want of rights. */
  ask(verb: 'start' | 'stop', pool: string): Promise<void>;
}

/** Exit codes are Windows error numbers: 5 is ERROR_ACCESS_DENIED, 1168 ERROR_NOT_FOUND. Messages are in the language of the system. */
const accessDenied = 5;
const notFound = 1168;

/** `appcmd.exe` of this machine. */
export function appcmdOf(commands: Commands, file: string): Appcmd {
  const run = async (args: readonly string[]) => {
    try {
      const result = await commands.run(file, args, { timeoutMs: 60_000 });
      if (result.code !== accessDenied) return result;
    } catch (error) {
      if (!(error instanceof MachineError)) throw error;
      throw new HostError('unreachable', `${error.message}; is IIS installed whole?`, error);
    }
    throw new HostError('access-denied', `${file} ${args.join(' ')}: access denied; run as Administrator`);
  };
  return {
    stateOf: async (pool) => {
      const { code, stdout, stderr } = await run(['list', 'apppool', `/apppool.name:${pool}`, '/text:state']);
      const state = stdout.trim();
      // A list without anything in it ends with 1.
      if (code === notFound || (state === '' && code <= 1)) return undefined;
      if (code === 0) return states.get(state.toLowerCase()) ?? 'unknown';
      throw new HostError(
        'unreachable',
        `appcmd cannot tell the state of ${pool} (${code}): ${firstLine(stdout + stderr)}`,
      );
    },
    ask: async (verb, pool) => {
      await run([verb, 'apppool', `/apppool.name:${pool}`]);
    },
  };
}

const states: ReadonlyMap<string, PoolState | 'changing'> = new Map([
  ['started', 'running'],
  ['starting', 'changing'],
  ['stopping', 'changing'],
  ['stopped', 'stopped'],
]);

function firstLine(text: string): string {
  return text.trim().split(/\r?\n/)[0]?.slice(0, 200) ?? '';
}
