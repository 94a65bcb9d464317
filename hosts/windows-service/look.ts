import type { HostParts } from './parts.ts';
import { type ServiceStatus, type StartType, states } from './sc-output.ts';
import { type Former, type Run, runOf } from './state.ts';

/** A service as it is now, with those that need it. */
export interface Seen {
  readonly status: ServiceStatus;
  readonly start: StartType;
  readonly run: Run;
  /** Services that need it and are at work, in the order in which to stop them. */
  readonly running: readonly ServiceStatus[];
  /** All that need it, at work or not. */
  readonly dependents: readonly ServiceStatus[];
}

/** How long a look waits for a service that is on its way, in milliseconds. */
const settlingMs = 10_000;
const pollMs = 500;

/** Looks at a service; `undefined`: there is none of that name. Waits a moment for one that is just starting or stopping. */
export async function lookAt(
  service: string,
  { sc, clock }: Pick<HostParts, 'sc' | 'clock'>,
): Promise<Seen | undefined> {
  const since = clock.elapsed();
  let status = await sc.status(service);
  while (status && isPending(status) && clock.elapsed() - since < settlingMs) {
    await clock.sleep(pollMs);
    status = await sc.status(service);
  }
  const start = status && (await sc.startType(service));
  if (!status || !start) return undefined;
  const dependents = await sc.dependents(service);
  const running = dependents.filter((one) => runOf(one) !== 'stopped');
  return { status, start, run: runOf(status), running, dependents };
}

/** Whether nothing of the service is at work and nothing can start it. */
export function isHeld({ start, run }: Seen): boolean {
  return start === 'disabled' && run === 'stopped';
}

/** As it is now, as something to go back to. */
export function formerOf({ start, run, running }: Seen): Former {
  return { start, run, dependents: running.map(({ name }) => name) };
}

/** Starting, stopping, pausing or going on. */
export function isPending({ state }: ServiceStatus): boolean {
  return state !== states.stopped && state !== states.running && state !== states.paused;
}
