import { HostError } from '@stopgap/agent';
import { readRegistry } from '@stopgap/agent/inventory';
import { type Commands, MachineError } from '@stopgap/machine';
import { keyOf } from './service-name.ts';
import type { Former } from './state.ts';

/**
 * Where it is written what a service goes back to: a service that is disabled looks the same whoever did it, so that without
 * this a lost journal would leave it off for ever. The key is there only while a service is held.
 */
export const markKey = 'HKLM\\SOFTWARE\\Stopgap\\Services';
const parentKey = 'HKLM\\SOFTWARE\\Stopgap';

/** What we wrote down of services that we hold, by their keys. Every call throws `HostError`. */
export interface Marks {
  read(): Promise<ReadonlyMap<string, Former>>;
  put(service: string, former: Former): Promise<void>;
  /** Removes it, and the key with the last. */
  remove(service: string): Promise<void>;
}

/** The marks in the registry of this machine, through its `reg.exe`. */
export function marksOf(commands: Commands, file: string): Marks {
  const run = async (args: readonly string[]) => {
    try {
      return await commands.run(file, args);
    } catch (error) {
      if (!(error instanceof MachineError)) throw error;
      throw new HostError('unreachable', `the registry cannot be asked: ${error.message}`, error);
    }
  };
  const change = async (args: readonly string[]) => {
    const { code } = await run(args);
    if (code === 0) return;
    const message = `reg ${args.slice(0, 2).join(' ')} exited with ${code}; the agent has to run as SYSTEM or as Administrator`;
    throw new HostError('access-denied', message);
  };
  const values = async () => {
    const { code, stdout } = await run(['query', markKey]);
    // reg.exe ends with 1 for a key that is not there, and prints nothing of one that is empty.
    if (code === 1) return undefined;
    const [key] = readRegistry(stdout);
    if (code === 0 && (key || stdout.trim() === '')) return key?.values ?? new Map<string, string>();
    throw new HostError(
      'unreachable',
      `reg query ${markKey} exited with ${code}, and what it printed is not understood`,
    );
  };
  return {
    read: async () => {
      const found = [...((await values()) ?? [])].map(([name, data]) => [keyOf(name), parseFormer(data)] as const);
      return new Map(found.flatMap(([name, former]) => (former ? [[name, former]] : [])));
    },
    put: async (service, former) => {
      await change(['add', markKey, '/v', keyOf(service), '/t', 'REG_SZ', '/d', formatFormer(former), '/f']);
      if ((await values())?.has(keyOf(service))) return;
      throw new HostError('unreachable', `what was written to ${markKey} is not there; is the registry virtualised?`);
    },
    remove: async (service) => {
      if ((await values())?.has(keyOf(service))) await change(['delete', markKey, '/v', keyOf(service), '/f']);
      const left = await values();
      if (left?.has(keyOf(service))) throw stays();
      if (left?.size !== 0) return;
      await change(['delete', markKey, '/f']);
      if (await values()) throw stays();
      await removeIfEmpty(parentKey, run);
    },
  };
}

function stays(): HostError {
  return new HostError('unreachable', `what was deleted from ${markKey} is still there; is the registry virtualised?`);
}

/** Others may keep something there. */
async function removeIfEmpty(
  key: string,
  run: (args: readonly string[]) => Promise<{ readonly code: number; readonly stdout: string }>,
): Promise<void> {
  const { code, stdout } = await run(['query', key]);
  const lines = stdout.split(/\r?\n/).filter((line) => line.trim() !== '');
  // Nothing, or the key's own name and nothing under it.
  const isEmpty = lines.every(
    (line) =>
      line
        .trim()
        .replace(/^HKEY_LOCAL_MACHINE/i, 'HKLM')
        .toLowerCase() === key.toLowerCase(),
  );
  if (code === 0 && isEmpty) await run(['delete', key, '/f']);
}

/** `1/delayed-auto/running/DepA/DepB`: a slash is in no service's name, and nothing in it needs quotes. */
export function formatFormer({ start, run, dependents }: Former): string {
  return ['1', start, run, ...dependents].join('/');
}

function parseFormer(data: string): Former | undefined {
  const [version, start, run, ...dependents] = data.split('/');
  const known = starts.find((one) => one === start);
  const knownRun = runs.find((one) => one === run);
  return version === '1' && known && knownRun ? { start: known, run: knownRun, dependents } : undefined;
}

const starts = ['boot', 'system', 'auto', 'delayed-auto', 'demand', 'disabled'] as const;
const runs = ['running', 'paused', 'stopped'] as const;
