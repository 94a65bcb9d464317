import { HostError } from '@stopgap/agent';
import { type Clock, type Commands, type Files, type Folders, MachineError } from '@stopgap/machine';
import { type Listening, wrongListening } from './listening.ts';

/** What a reload is done and watched with. */
export interface Reloading {
  readonly files: Files;
  readonly folders: Folders;
  readonly commands: Commands;
  readonly clock: Clock;
  /** Milliseconds in which the reload has to show. */
  readonly timeoutMs: number;
}

/** The process id of the master that was started with this configuration, by the title it gives itself; `undefined`: none. */
export function masterOf(
  configFile: string,
  { files, folders }: Pick<Reloading, 'files' | 'folders'>,
): number | undefined {
  const real = folders.realPath(configFile);
  for (const name of folders.list('/proc') ?? []) {
    if (!/^\d+$/.test(name)) continue;
    const title = read(`/proc/${name}/cmdline`, files);
    const [, given] = /^php-fpm: master process \((.*?)\)[\0 ]*$/.exec(title) ?? [];
    if (given !== undefined && (given === configFile || folders.realPath(given) === real)) return Number(name);
  }
  return undefined;
}

/** A process that ends while it is looked at is none. */
function read(file: string, files: Files): string {
  try {
    return files.read(file)?.bytes.toString('latin1') ?? '';
  } catch {
    return '';
  }
}

/**
 * Has the master read its configuration again (SIGUSR2) and waits until it listens on what it should and no more. Sockets
 * that stay are handed on, so that nobody is turned away meanwhile. Throws `HostError` `reload-failed`.
 */
export async function reload(master: number, expected: Listening, reloading: Reloading): Promise<void> {
  const { files, folders, commands, clock, timeoutMs } = reloading;
  await signal(master, commands);
  let wrong: string | undefined;
  for (const end = clock.elapsed() + timeoutMs; clock.elapsed() < end; await clock.sleep(50)) {
    if (folders.list(`/proc/${master}/task`) === undefined) {
      throw new HostError(
        'reload-failed',
        `PHP-FPM (process ${master}) ended when it was told to reload; start it again`,
      );
    }
    wrong = wrongListening(expected, files);
    if (wrong === undefined) return;
  }
  throw new HostError('reload-failed', `PHP-FPM (process ${master}) does not show its new configuration: ${wrong}`);
}

async function signal(master: number, commands: Commands): Promise<void> {
  try {
    const { code, stderr } = await commands.run('kill', ['-s', 'USR2', String(master)]);
    if (code === 0) return;
    const denied = /permitted/i.test(stderr) ? 'access-denied' : 'reload-failed';
    throw new HostError(denied, `kill -s USR2 ${master}: ${stderr.trim()}`);
  } catch (error) {
    if (!(error instanceof MachineError)) throw error;
    throw new HostError('unreachable', error.message, error);
  }
}
