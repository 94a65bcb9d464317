import path from 'node:path';
import { HostError } from '@stopgap/agent';
import { type Clock, type CommandResult, type Commands, type Files, type Log, MachineError } from '@stopgap/machine';
import { limits } from '../limits.ts';
import { complaint, type Httpd, runHttpd, unreachable } from './command.ts';
import type { ServerFacts } from './facts.ts';
import { listeningSockets } from './listening.ts';
import { acceptingChildren, childrenOf, type ProcessIdentity, runningParent } from './processes.ts';

/** What a reload needs to know and to reach. */
export interface ReloadJob {
  readonly httpd: Httpd;
  readonly facts: ServerFacts;
  readonly parent: number;
  readonly reload: 'signal' | 'systemctl';
  readonly unit: string;
  readonly files: Files;
  readonly commands: Commands;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Asks a running Apache for a graceful restart and waits until only processes with the new configuration take connections,
 * so that a request sent afterwards meets it. Apache itself does not tell: its parent reads the configuration, tells
 * the old children to go and starts new ones; if it cannot, it ends. Throws `HostError` `reload-failed`.
 */
export async function reloadAndWait(job: ReloadJob): Promise<void> {
  const { parent, files, clock, log } = job;
  const before = new Set(childrenOf(parent, files).values());
  const accepting = acceptanceOf(job);
  const sees = ((await accepting())?.size ?? 0) > 0;
  await askForReload(job);
  const started = clock.elapsed();
  let pause: number = limits.pollMs;
  for (let settled = 0; settled < 2; ) {
    await clock.sleep(pause);
    pause = Math.min(pause * 1.2, limits.slowestPollMs);
    if (runningParent(job.facts.pidFile, job.httpd.command, files) !== parent) throw await ended(job);
    const waited = clock.elapsed() - started;
    const done = sees ? replaced(await accepting(), before) : renewed(job, before, waited);
    settled = done ? settled + 1 : 0;
    if (waited > limits.reloadMs) throw await tooLate(job);
  }
  if (!sees) log.debug('processes of Apache cannot be looked into: the old ones are taken to accept nothing any more');
}

/** Asks for the children that take connections. Which sockets listen is looked up anew only where nobody holds one: a busy server has many others. */
function acceptanceOf({ parent, files, commands }: ReloadJob): () => ReturnType<typeof acceptingChildren> {
  const look = () => new Set(listeningSockets(parent, files).map(({ inode }) => inode));
  let listening = look();
  return async () => {
    const accepting = await acceptingChildren(parent, listening, { files, commands });
    if (accepting?.size === 0) listening = look();
    return accepting;
  };
}

/** Some child takes connections, and none that was there before does. */
function replaced(accepting: ReadonlySet<ProcessIdentity> | undefined, before: ReadonlySet<ProcessIdentity>): boolean {
  return accepting !== undefined && accepting.size > 0 && [...accepting].every((one) => !before.has(one));
}

/** What can be seen without rights to look into processes: all children are new, or some are and the old have had time to hear of it. */
function renewed({ parent, files }: ReloadJob, before: ReadonlySet<ProcessIdentity>, waited: number): boolean {
  const now = [...childrenOf(parent, files).values()];
  const fresh = now.filter((one) => !before.has(one));
  return fresh.length > 0 && (fresh.length === now.length || waited > limits.blindMs);
}

async function askForReload({ httpd, parent, reload, unit, commands }: ReloadJob): Promise<void> {
  if (reload === 'systemctl') return await asked('systemctl', ['reload', unit], commands);
  const signal = ['-USR1', String(parent)];
  try {
    await asked('kill', signal, commands);
  } catch (error) {
    if (
      !(error instanceof HostError && error.cause instanceof MachineError && error.cause.code === 'command-not-found')
    )
      throw error;
    refuse('graceful', await runHttpd(httpd, ['-k', 'graceful'], commands));
  }
}

async function asked(file: string, args: readonly string[], commands: Commands): Promise<void> {
  try {
    refuse([file, ...args].join(' '), await commands.run(file, args, { timeoutMs: limits.reloadCommandMs }));
  } catch (error) {
    throw unreachable(error);
  }
}

function refuse(line: string, result: CommandResult): void {
  if (result.code !== 0) throw new HostError('reload-failed', `${line}: ${complaint(result)}`);
}

async function ended(job: ReloadJob): Promise<HostError> {
  const words = await lastWords(job);
  return new HostError(
    'reload-failed',
    `Apache (process ${job.parent}) ended when it was to reload: start it again once its configuration is right${words}`,
  );
}

async function tooLate(job: ReloadJob): Promise<HostError> {
  const words = await lastWords(job);
  return new HostError(
    'reload-failed',
    `Apache (process ${job.parent}) shows no processes with the new configuration ${limits.reloadMs / 1000} s after the reload${words}`,
  );
}

/** What the error log says last about something grave, where that is a file. */
async function lastWords({ facts, commands }: ReloadJob): Promise<string> {
  if (!path.isAbsolute(facts.errorLog)) return '';
  try {
    const { stdout } = await commands.run('tail', ['-c', '16384', '--', facts.errorLog], { timeoutMs: limits.lookMs });
    const grave = stdout
      .split('\n')
      .filter((line) => /:(?:emerg|alert|crit|error)\]|^\(\d+\)/.test(line) && !/\[client /.test(line));
    const words = grave.slice(-2).map((line) => line.replace(/^(?:\[[^\]]*\] )+/, ''));
    return words.length > 0 ? `; its log says: ${words.join(' ')}` : `; see ${facts.errorLog}`;
  } catch (error) {
    if (error instanceof MachineError) return `; see ${facts.errorLog}`;
    throw error;
  }
}
