import { HostError } from '@stopgap/agent';
import { type Commands, MachineError } from '@stopgap/machine';
import {
  countTriggers,
  errorNumber,
  parseDependents,
  parseStartType,
  parseStatus,
  parseStatuses,
  resumeIndex,
  type ServiceStatus,
  type StartType,
} from './sc-output.ts';
import { keyOf } from './service-name.ts';
import { errors, explain } from './windows-errors.ts';

/** What this host asks of the service control manager. Every call throws `HostError` for want of rights or of an answer. */
export interface Sc {
  /** Names of all services, as they are spelt, by their key. */
  list(): Promise<ReadonlyMap<string, string>>;
  /** `undefined`: there is no such service. */
  status(service: string): Promise<ServiceStatus | undefined>;
  startType(service: string): Promise<StartType | undefined>;
  /** How many triggers start or stop it. */
  triggers(service: string): Promise<number>;
  /** Services that need it, directly or not, in the order in which to stop them. */
  dependents(service: string): Promise<readonly ServiceStatus[]>;
  /** The others ask, do not wait, and answer 0 or a Windows error number. */
  setStartType(service: string, start: StartType): Promise<number>;
  stop(service: string): Promise<number>;
  start(service: string): Promise<number>;
  pause(service: string): Promise<number>;
}

interface Answer {
  /** 0, or a Windows error number. */
  readonly code: number;
  readonly printed: string;
}

/** Its own buffers are 1 or 4 kB, and what does not fit is an error: these are the most that the system's calls allow. */
const buffers = { config: '8192', dependents: '65536', list: '262144' } as const;
const askMs = 60_000;
const mostPages = 100;

/** The services of this machine through its `sc.exe`: argument arrays, and answers that are read in any language. */
export function scOf(commands: Commands, file: string): Sc {
  const ask = (...args: readonly string[]) => answer(commands, file, args);
  /** `undefined` where there is no such service. */
  const about = async <T>(read: (printed: string) => T, ...args: readonly string[]): Promise<T | undefined> => {
    const { code, printed } = await ask(...args);
    if (code === errors.notInstalled) return undefined;
    if (code !== 0) throw refusal(args, code);
    return read(printed);
  };
  const order = async (...args: readonly string[]) => (await ask(...args)).code;
  return {
    list: () => listAll(ask),
    status: (service) => about(parseStatus, 'queryex', service),
    startType: (service) => about(parseStartType, 'qc', service, buffers.config),
    triggers: async (service) => (await about(countTriggers, 'qtriggerinfo', service, buffers.config)) ?? 0,
    dependents: async (service) => (await about(parseDependents, 'EnumDepend', service, buffers.dependents)) ?? [],
    setStartType: (service, start) => order('config', service, 'start=', start),
    stop: (service) => order('stop', service),
    start: (service) => order('start', service),
    pause: (service) => order('pause', service),
  };
}

async function listAll(ask: (...args: readonly string[]) => Promise<Answer>): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  let from = 0;
  for (let page = 0; page < mostPages; page++) {
    const args = ['query', 'type=', 'service', 'state=', 'all', 'bufsize=', buffers.list];
    const { code, printed } = await ask(...args, ...(from === 0 ? [] : ['ri=', String(from)]));
    if (code !== 0 && code !== errors.moreData) throw refusal(args, code);
    for (const { name } of parseStatuses(printed)) names.set(keyOf(name), name);
    const next = resumeIndex(printed);
    if (next === undefined || next <= from) return names;
    from = next;
  }
  return names;
}

async function answer(commands: Commands, file: string, args: readonly string[]): Promise<Answer> {
  try {
    const { code, stdout, stderr } = await commands.run(file, args, {
      timeoutMs: askMs,
      maxOutputBytes: 16 * 1024 * 1024,
    });
    if (code === 0) return { code, printed: stdout };
    const error = errorNumber(code, `${stdout}\n${stderr}`);
    if (error === errors.accessDenied) throw refusal(args, error);
    return { code: error, printed: stdout };
  } catch (error) {
    if (!(error instanceof MachineError)) throw error;
    // An order goes on without us; what becomes of it is seen by asking.
    if (error.code === 'command-timed-out' && ['stop', 'start', 'pause'].includes(args[0] ?? '')) {
      return { code: errors.noAnswer, printed: '' };
    }
    throw new HostError('unreachable', `the services cannot be asked: ${error.message}`, error);
  }
}

/** A refusal with what was asked and the error's meaning. */
export function refusal(args: readonly string[], code: number): HostError {
  const kind = code === errors.accessDenied ? 'access-denied' : 'unreachable';
  return new HostError(kind, `sc ${args.slice(0, 2).join(' ')}: ${explain(code)}`);
}
