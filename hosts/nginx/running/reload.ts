import { HostError } from '@stopgap/agent';
import type { Clock, Commands, Files } from '@stopgap/machine';
import { limits } from '../limits.ts';
import { complaint, type Installation, unreachable } from './binary.ts';
import { graveLines } from './error-log.ts';
import { type Worker, workersOf } from './processes.ts';

/** What a reload needs to know and to reach. */
export interface ReloadJob {
  readonly installation: Installation;
  readonly master: number;
  readonly logs: readonly string[];
  readonly reload: 'signal' | 'systemctl';
  readonly unit: string;
  readonly files: Files;
  readonly commands: Commands;
  readonly clock: Clock;
}

/**
 * Asks a running nginx to reload and waits until only workers with the new configuration take connections, so that a
 * request sent afterwards meets it. nginx itself does not tell: the master forks new workers, then tells the old ones
 * to go, which shows in their process titles; if it cannot, it says so in its log and the old ones stay.
 * Throws `HostError` `reload-failed` with nginx's words.
 */
export async function reloadAndWait(job: ReloadJob): Promise<void> {
  const { master, files, commands, clock, logs } = job;
  const before = workersOf(master, files);
  const known = await graveLines(logs, master, commands);
  await askForReload(job);
  const until = clock.elapsed() + limits.reloadMs;
  for (let look = 1; ; look++) {
    await clock.sleep(limits.pollMs);
    if (before.length > 0 && replaced(before, workersOf(master, files))) return;
    if (look % 10 === 0) await refuseNewGraveLines(job, known);
    // A single process (`master_process off`) shows nothing; silence in its log has to do.
    if (before.length === 0 && look >= 50) return;
    if (clock.elapsed() > until) throw tooLate(job);
  }
}

/** Some worker is new, and no old one takes connections any more. */
function replaced(before: readonly Worker[], now: readonly Worker[]): boolean {
  const old = new Set(before.map(({ pid }) => pid));
  const fresh = now.some(({ pid, leaving }) => !leaving && !old.has(pid));
  return fresh && !now.some(({ pid, leaving }) => old.has(pid) && !leaving);
}

async function askForReload({ installation, reload, unit, commands }: ReloadJob): Promise<void> {
  const [file, args] =
    reload === 'systemctl'
      ? ['systemctl', ['reload', unit]]
      : [installation.binary, [...installation.args, '-s', 'reload']];
  try {
    const result = await commands.run(file, args, { timeoutMs: limits.reloadCommandMs });
    if (result.code === 0) return;
    throw new HostError('reload-failed', `${file} ${args.join(' ')}: ${complaint(result)}`);
  } catch (error) {
    throw unreachable(error);
  }
}

async function refuseNewGraveLines({ logs, master, commands }: ReloadJob, known: readonly string[]): Promise<void> {
  const fresh = (await graveLines(logs, master, commands)).filter((line) => !known.includes(line));
  if (fresh.length === 0) return;
  const words = fresh.map((line) => line.replace(/^.*?\] \d+#\d+: /, '')).join('; ');
  throw new HostError('reload-failed', `nginx did not take the new configuration: ${words}`);
}

function tooLate({ logs, master }: ReloadJob): HostError {
  const where = logs[0] === undefined ? 'its error log' : logs[0];
  return new HostError(
    'reload-failed',
    `nginx (process ${master}) shows no workers with the new configuration ${limits.reloadMs / 1000} s after the reload; see ${where}`,
  );
}
