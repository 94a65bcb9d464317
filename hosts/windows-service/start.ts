import type { HostParts } from './parts.ts';
import { Patience } from './patience.ts';
import { states } from './sc-output.ts';
import { errors, explain } from './windows-errors.ts';

/** Answers to `start` after which the service is looked at again: it runs, is on its way, or is still stopping. */
const tryAgain: ReadonlySet<number> = new Set([
  errors.noAnswer,
  errors.databaseLocked,
  errors.alreadyRuns,
  errors.notNow,
]);

/** A service that stops at once is started this many times more. */
const mostStarts = 1;

/** Starts a service, with all that it needs, and waits until it runs. Answers why it does not; `undefined`: it runs. */
export async function startService(service: string, parts: HostParts): Promise<string | undefined> {
  const { sc, clock } = parts;
  const patience = new Patience(parts.startMs, clock);
  let answer: number | undefined;
  let starts = 0;
  for (;;) {
    const now = await sc.status(service);
    if (!now) return explain(errors.notInstalled);
    if (now.state === states.running || now.state === states.paused) return undefined;
    if (patience.isOver(now)) {
      const seconds = Math.round(patience.waitedMs / 1000);
      return `not running after ${seconds} seconds${answer ? ` (${explain(answer)})` : ''}`;
    }
    if (now.state === states.stopped) {
      if (answer === 0 && ++starts > mostStarts) return 'it started and stopped again; see the System event log';
      answer = await sc.start(service);
      if (answer === 0) continue;
      const refused = !tryAgain.has(answer) && (await sc.status(service))?.state === states.stopped;
      if (refused) return explain(answer);
    }
    await clock.sleep(patience.pauseMs(now));
  }
}
