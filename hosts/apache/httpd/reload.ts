import path from 'node:path';
import { HostError } from '@stopgap/agent';
import { type Clock, type CommandResult, type Commands, type Files, type Log, MachineError } from '@stopgap/machine';
import { limits } from '../limits.ts';
import { complaint, type Httpd, runHttpd, unreachable } from './command.ts';
import type { ServerFacts } from './facts.ts';
import { listeningSockets } from './listening.ts';
import { childrenOf, type ProcessIdentity, runningParent, type Serving, servingNow } from './processes.ts';

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
  const known = new Set(childrenOf(parent, files).values());
  const look = lookAt(job);
  const before = await look();
  const sees = before !== undefined && before.accepting.length > 0;
  await askForReload(job);
  const started = clock.elapsed();
  let pause: number = limits.pollMs;
  for (let settled = 0; settled < 2; ) {
    await clock.sleep(pause);
    pause = Math.min(pause * 1.2, limits.slowestPollMs);
    if (runningParent(job.facts.pidFile, job.httpd.command, files) !== parent) throw await ended(job);
    const waited = clock.elapsed() - started;
    const done = sees ? replaced(before, await look()) : renewed(job, known, waited);
    settled = done ? settled + 1 : 0;
    if (waited > limits.reloadMs) throw await tooLate(job);
  }
  if (!sees) log.debug('processes of Apache cannot be looked into: the old ones are taken to accept nothing any more');
}

/** Looks who takes connections. Which sockets listen is looked up anew only where nobody holds one: a busy server has many others. */
function lookAt({ parent, files, commands }: ReloadJob): () => Promise<Serving | undefined> {
  const lookUp = () => new Set(listeningSockets(parent, files).map(({ inode }) => inode));
  let listening = lookUp();
  return async () => {
    const serving = await servingNow(parent, listening, { files, commands });
    if (serving?.accepting.length === 0) listening = lookUp();
    return serving;
  };
}

/**
 * The parent has read its configuration again, and all who take connections were born since. Having been born since the reload was
 * asked for would not do: until it hears of it, a parent that is short of idle children makes more of the old.
 */
function replaced(before: Serving, now: Serving | undefined): boolean {
  if (!now || now.accepting.length === 0) return false;
  const isOpened = (pipe: string) => now.pipes.has(pipe) && !before.pipes.has(pipe);
  const isClosed = (pipe: string) => before.pipes.has(pipe) && !now.pipes.has(pipe);
  return now.accepting.every(({ pipes }) => [...pipes].some(isOpened) && ![...pipes].some(isClosed));
}

/** What can be seen without rights to look into processes: there are new children, and the old have had time to hear of it. */
function renewed({ parent, files }: ReloadJob, known: ReadonlySet<ProcessIdentity>, waited: number): boolean {
  return waited > limits.blindMs && [...childrenOf(parent, files).values()].some((one) => !known.has(one));
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
