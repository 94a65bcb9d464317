import { HostError } from '@stopgap/agent';
import { type CommandResult, type Commands, MachineError } from '@stopgap/machine';
import { parseShow, shownProperties, type UnitFacts } from './unit-facts.ts';

/** What this host asks of systemd; every call throws `HostError` when systemd does not answer. */
export interface Systemctl {
  /** First line of `systemctl --version`. */
  version(): Promise<string>;
  /** Facts of each unit, in order; a unit that is not there has load state `not-found`. No templates. */
  show(units: readonly string[]): Promise<readonly UnitFacts[]>;
  /** Names and states of unit files, aliases and templates among them; of all, or of those that match a pattern. */
  unitFiles(pattern?: string): Promise<ReadonlyMap<string, string>>;
  /** Names of units in memory that are more than a name. */
  loadedUnits(pattern?: string): Promise<readonly string[]>;
  reload(): Promise<void>;
  /** `timed-out`: no end within the time, which stops nothing that systemd is doing. */
  stop(units: readonly string[], timeoutMs: number): Promise<CommandResult | 'timed-out'>;
  start(units: readonly string[], timeoutMs: number): Promise<CommandResult | 'timed-out'>;
  /** SIGKILL to every process of the units. */
  kill(units: readonly string[]): Promise<void>;
}

const binary = 'systemctl';
const listing = ['--no-legend', '--no-pager', '--plain', '--full', '--all'];
const lots = { maxOutputBytes: 16 * 1024 * 1024, timeoutMs: 60_000 };

/** systemd through its `systemctl`: argument arrays, `--` before names, plain text that every version prints alike. */
export function systemctlOf(commands: Commands): Systemctl {
  const ask = (args: readonly string[]) => answered(commands, args);
  return {
    version: async () => (await ask(['--version'])).split('\n')[0] ?? '',
    show: async (units) => {
      if (units.length === 0) return [];
      return parseShow(await ask(['show', '--no-pager', ...shownProperties, '--', ...units]), units);
    },
    unitFiles: async (pattern) =>
      new Map(
        (await rows(ask(['list-unit-files', ...listing, ...only(pattern)]))).map(([file = '', state = '-']) => [
          file,
          state,
        ]),
      ),
    loadedUnits: async (pattern) =>
      (await rows(ask(['list-units', ...listing, ...only(pattern)])))
        .filter(([, load]) => load !== 'not-found')
        .map(([unit = '']) => unit),
    reload: async () => void (await ask(['daemon-reload'])),
    stop: (units, timeoutMs) => within(commands, ['stop', '--', ...units], timeoutMs),
    start: (units, timeoutMs) => within(commands, ['start', '--', ...units], timeoutMs),
    kill: async (units) => {
      for (const unit of units) await within(commands, ['kill', '--signal=SIGKILL', '--', unit], 30_000);
    },
  };
}

function only(pattern: string | undefined): readonly string[] {
  return pattern === undefined ? [] : ['--', pattern];
}

async function rows(printed: Promise<string>): Promise<readonly string[][]> {
  const lines = (await printed).split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '').map((line) => line.split(/\s+/));
}

async function answered(commands: Commands, args: readonly string[]): Promise<string> {
  const result = await within(commands, args, lots.timeoutMs);
  if (result === 'timed-out') throw new HostError('unreachable', `systemd does not answer ${binary} ${args[0]}`);
  // list-unit-files exits with 1 when a pattern matches nothing.
  if (result.code === 0 || (result.stderr.trim() === '' && args[0] === 'list-unit-files')) return result.stdout;
  throw refused(args, result);
}

async function within(
  commands: Commands,
  args: readonly string[],
  timeoutMs: number,
): Promise<CommandResult | 'timed-out'> {
  try {
    const result = await commands.run(binary, args, { ...lots, timeoutMs });
    if (isDenied(result.stderr)) throw refused(args, result);
    return result;
  } catch (error) {
    if (!(error instanceof MachineError)) throw error;
    if (error.code === 'command-timed-out') return 'timed-out';
    throw new HostError('unreachable', `systemd cannot be asked: ${error.message}`, error);
  }
}

/** A refusal with systemd's own words. */
export function refused(args: readonly string[], { stderr, code }: CommandResult): HostError {
  const said = stderr.trim().split('\n').slice(0, 3).join('; ').slice(0, 400);
  const what = `${binary} ${args.filter((arg) => !arg.startsWith('-')).join(' ')}`.slice(0, 200);
  if (isDenied(stderr)) return new HostError('access-denied', `${what}: ${said}; the agent has to run as root`);
  return new HostError('unreachable', `${what} exited with ${code}: ${said}`);
}

function isDenied(stderr: string): boolean {
  return /access denied|permission denied|authentication required/i.test(stderr);
}
