import { HostError } from '@stopgap/agent';
import { readRegistry } from '@stopgap/agent/inventory';
import { type Commands, MachineError } from '@stopgap/machine';

/** What Windows does where a service fails, in the words of SC_ACTION_TYPE. */
export type RecoveryAction = 'restart the service' | 'restart the computer' | 'run a program';

/** SC_ACTION_TYPE by its numbers; 0 is nothing. */
const actions: readonly (RecoveryAction | undefined)[] = [
  undefined,
  'restart the service',
  'restart the computer',
  'run a program',
];

/** Asks what Windows does where a service fails. */
export type Recovery = (service: string) => Promise<readonly RecoveryAction[]>;

/**
 * Recovery actions out of the registry, where they are numbers; `sc qfailure` has words for them in the language of Windows. What cannot be
 * read is none: nothing is decided by it. Throws `HostError` where there is no `reg.exe`.
 */
export function recoveryOf(commands: Commands, file: string): Recovery {
  return async (service) => {
    const key = `HKLM\\SYSTEM\\CurrentControlSet\\Services\\${service}`;
    try {
      const { code, stdout } = await commands.run(file, ['query', key, '/v', 'FailureActions']);
      const data = code === 0 ? readRegistry(stdout)[0]?.values.get('failureactions') : undefined;
      return data === undefined ? [] : parseFailureActions(data);
    } catch (error) {
      if (!(error instanceof MachineError)) throw error;
      throw new HostError('unreachable', `the registry cannot be asked: ${error.message}`, error);
    }
  };
}

/** Bytes of SERVICE_FAILURE_ACTIONS as the registry keeps it: five DWORDs, the fourth the number of actions behind them. */
const [countAt, listAt, each] = [12, 20, 8];

/** Kinds of recovery action in the hexadecimal digits of `FailureActions`, each once. Pure. */
export function parseFailureActions(data: string): readonly RecoveryAction[] {
  if (!/^(?:[0-9a-f]{2}){20,4096}$/i.test(data)) return [];
  const bytes = Buffer.from(data, 'hex');
  const count = Math.min(bytes.readUInt32LE(countAt), Math.floor((bytes.length - listAt) / each));
  const types = Array.from({ length: count }, (_, at) => actions[bytes.readUInt32LE(listAt + at * each)]);
  return [...new Set(types.filter((type) => type !== undefined))];
}
