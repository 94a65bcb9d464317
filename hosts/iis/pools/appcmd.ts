import { HostError } from '@stopgap/agent';
import { type CommandResult, type Commands, MachineError } from '@stopgap/machine';
import type { PoolState } from './pool-state.ts';

/** What of `appcmd.exe` this host uses. */
export interface Appcmd {
  /** `changing`: it is on its way; `undefined`: IIS has no such pool. Throws `HostError`. */
  stateOf(pool: string): Promise<PoolState | 'changing' | undefined>;
  /** Asks for it, and does not wait. Throws `HostError` for want of rights. */
  ask(verb: 'start' | 'stop', pool: string): Promise<void>;
}

/** Windows error numbers: ERROR_ACCESS_DENIED and ERROR_NOT_FOUND. Messages are in the language of the system. */
const accessDenied = 5;
const notFound = 1168;

/** `appcmd.exe` of this machine. */
export function appcmdOf(commands: Commands, file: string): Appcmd {
  const run = async (args: readonly string[]) => {
    try {
      const result = await commands.run(file, args, { timeoutMs: 60_000 });
      const code = errorNumber(result);
      if (code !== accessDenied) return { ...result, code };
    } catch (error) {
      if (!(error instanceof MachineError)) throw error;
      throw new HostError('unreachable', `${error.message}; is IIS installed whole?`, error);
    }
    throw new HostError('access-denied', `${file} ${args.join(' ')}: access denied; run as Administrator`);
  };
  /** Where the word for a state is another one: what is asked for has the same words everywhere. */
  const stateByFilter = async (pool: string) => {
    for (const [word, state] of states) {
      const { code, stdout } = await run(['list', 'apppool', `/apppool.name:${pool}`, `/state:${word}`, '/text:name']);
      if (code === 0 && stdout.trim() !== '') return state;
    }
    throw new HostError('unreachable', `appcmd says nothing that is known of the state of ${pool}; is WAS running?`);
  };
  return {
    stateOf: async (pool) => {
      const { code, stdout, stderr } = await run(['list', 'apppool', `/apppool.name:${pool}`, '/text:state']);
      const state = stdout.trim();
      // A list without anything in it ends with 1.
      if (code === notFound || (state === '' && code <= 1)) return undefined;
      if (code === 0) return states.get(state.toLowerCase()) ?? (await stateByFilter(pool));
      const said = firstLine(stdout + stderr);
      throw new HostError('unreachable', `appcmd cannot tell the state of ${pool} (${code}): ${said}`);
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
  // The service that runs pools (WAS) does not run itself.
  ['unknown', 'unknown'],
]);

/** An error as Windows numbers it: from the message where it has one, else from the exit code, be it a number or a HRESULT. */
function errorNumber({ code, stdout, stderr }: CommandResult): number {
  if (code === 0) return 0;
  const said = /\bhresult:([0-9a-f]{8})\b/i.exec(stdout + stderr)?.[1];
  const result = said === undefined ? code >>> 0 : Number.parseInt(said, 16);
  // FACILITY_WIN32: the lower half is the number.
  return result >>> 16 === 0x8007 ? result & 0xffff : result;
}

function firstLine(text: string): string {
  return text.trim().split(/\r?\n/)[0]?.slice(0, 200) ?? '';
}
