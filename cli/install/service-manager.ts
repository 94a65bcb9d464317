import { type CommandResult, type Commands, MachineError } from '@stopgap/machine';
import { InstallError } from './errors.ts';
import { unitName } from './unit.ts';

/** What is asked of systemd about the agent's unit. Every call throws `InstallError` `no-service-manager` when it does not answer. */
export interface ServiceManager {
  /** Of systemd, e.g. 252. */
  version(): Promise<number>;
  reload(): Promise<void>;
  enable(): Promise<void>;
  disable(): Promise<void>;
  /** Starts it, or starts it again. Throws `not-started` with the last lines of its log. */
  restart(): Promise<void>;
  /** Stops it; no error when it does not run, or is not there any more. */
  stop(): Promise<void>;
  /** Properties of the unit, as `systemctl show` prints them. */
  show(properties: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** Longer than the unit's own time-outs, so that systemd decides what is too long. */
const patienceMs = 20 * 60_000;

/** systemd through its `systemctl`. */
export function systemdOf(commands: Commands): ServiceManager {
  const did = async (...args: string[]) => {
    const result = await ask(commands, 'systemctl', args);
    if (result.code !== 0) throw refused(`systemctl ${args.join(' ')}`, result);
  };
  return {
    version: async () =>
      Number(/^systemd (\d+)/.exec((await ask(commands, 'systemctl', ['--version'])).stdout)?.[1] ?? 0),
    reload: () => did('daemon-reload'),
    enable: () => did('enable', '--quiet', unitName),
    disable: async () => {
      if (await isLoaded(commands)) await did('disable', '--quiet', unitName);
    },
    restart: async () => {
      const { code } = await ask(commands, 'systemctl', ['restart', unitName]);
      if (code !== 0) throw await notStarted(commands);
    },
    stop: async () => {
      if (await isLoaded(commands)) await did('stop', unitName);
    },
    show: async (properties) => {
      const args = ['show', '--no-pager', ...properties.map((name) => `--property=${name}`), unitName];
      const { stdout } = await ask(commands, 'systemctl', args);
      return new Map(stdout.split('\n').flatMap((line) => pairOf(line)));
    },
  };
}

/** Somebody may have taken the unit away by hand, or an uninstallation broken off. */
async function isLoaded(commands: Commands): Promise<boolean> {
  const { stdout } = await ask(commands, 'systemctl', ['show', '--property=LoadState', '--value', unitName]);
  return stdout.trim() !== 'not-found';
}

function pairOf(line: string): readonly (readonly [string, string])[] {
  const end = line.indexOf('=');
  return end < 1 ? [] : [[line.slice(0, end), line.slice(end + 1)]];
}

async function ask(commands: Commands, file: string, args: readonly string[]): Promise<CommandResult> {
  try {
    return await commands.run(file, args, { timeoutMs: patienceMs });
  } catch (error) {
    if (!(error instanceof MachineError)) throw error;
    throw new InstallError('no-service-manager', `systemd cannot be asked: ${error.message}`, error);
  }
}

function refused(what: string, { code, stderr }: CommandResult): InstallError {
  return new InstallError('no-service-manager', `${what} exited with ${code}: ${stderr.trim().slice(0, 400)}`);
}

async function notStarted(commands: Commands): Promise<InstallError> {
  const args = ['--no-pager', '--quiet', '--output=cat', '--lines=12', `--unit=${unitName}`];
  const { stdout } = await ask(commands, 'journalctl', args);
  const words = stdout.trim() === '' ? 'its log is empty' : `the end of its log:\n${stdout.trimEnd()}`;
  return new InstallError(
    'not-started',
    `the service does not start; all is in place, so that it can be mended: journalctl -u stopgap, then run this again. ${words}`,
  );
}
