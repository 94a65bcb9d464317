import { HostError } from '@stopgap/agent';
import type { HostParts } from './parts.ts';
import { Patience } from './patience.ts';
import { refusal } from './sc.ts';
import { type ServiceStatus, states } from './sc-output.ts';
import { keyOf } from './service-name.ts';
import { errors, explain } from './windows-errors.ts';

/** Answers to `stop` after which the service is looked at again. */
const tryAgain: ReadonlySet<number> = new Set([
  0,
  errors.dependentsRun,
  errors.noAnswer,
  errors.databaseLocked,
  errors.notNow,
  errors.notStarted,
]);

/**
 * Stops a service after those that need it, and waits until it is stopped. `foreseen`: keys of services that may be stopped with it; any other
 * that runs was not there when this was planned. Throws `HostError`.
 */
export async function stopService(service: string, foreseen: ReadonlySet<string>, parts: HostParts): Promise<void> {
  const { sc, clock } = parts;
  const patience = new Patience(parts.stopMs, clock);
  let answer = 0;
  for (;;) {
    const now = await sc.status(service);
    if (!now || now.state === states.stopped) return;
    if (patience.isOver(now)) throw goesOn(now, answer, patience.waitedMs);
    if (now.state !== states.stopPending) {
      for (const dependent of await runningDependents(service, foreseen, parts)) {
        await stopService(dependent.name, foreseen, parts);
      }
      answer = await sc.stop(service);
      if (answer === errors.notInstalled) return;
      if (answer === errors.invalidControl) throw goesOn(now, answer, patience.waitedMs);
      if (!tryAgain.has(answer)) throw refusal(['stop', service], answer);
      if (answer === 0 && (await sc.status(service))?.state === states.stopped) return;
    }
    await clock.sleep(patience.pauseMs(now));
  }
}

async function runningDependents(
  service: string,
  foreseen: ReadonlySet<string>,
  { sc }: HostParts,
): Promise<readonly ServiceStatus[]> {
  const running = (await sc.dependents(service)).filter(({ state }) => state !== states.stopped);
  const stranger = running.find(({ name }) => !foreseen.has(keyOf(name)));
  if (!stranger) return running;
  const message = `${stranger.name}, which needs ${service}, was started after this was planned; look again`;
  throw new HostError('changed-meanwhile', message);
}

function goesOn({ name, state, pid }: ServiceStatus, answer: number, waitedMs: number): HostError {
  const why = answer === 0 ? '' : ` (${explain(answer)})`;
  const how = state === states.stopPending ? 'is still stopping' : 'does not stop';
  const remedy = pid === 0 ? `see the System event log` : `end its process if you must: taskkill /PID ${pid} /F`;
  const seconds = Math.round(waitedMs / 1000);
  return new HostError('reload-failed', `the service ${name} ${how} after ${seconds} seconds${why}; ${remedy}`);
}
