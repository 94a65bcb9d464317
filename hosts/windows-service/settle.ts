import { HostError } from '@stopgap/agent';
import type { HostParts } from './parts.ts';
import { refusal } from './sc.ts';
import type { StartType } from './sc-output.ts';
import { keyOf } from './service-name.ts';
import { startService } from './start.ts';
import { runOf, type ServiceState } from './state.ts';
import { stopService } from './stop.ts';
import { errors, explain } from './windows-errors.ts';

/**
 * Brings a service to `target`. Doing it twice, or going on where a kill stopped it, does no harm. Throws `HostError` where it
 * cannot be stopped or disabled; what cannot be started is the service's own trouble and is logged.
 */
export async function settle(target: ServiceState, parts: HostParts): Promise<void> {
  await (target.held ? hold(target, parts) : giveBack(target, parts));
}

/** Takes a change back: what stood before stands again. Where our mark is not, nothing of it was ever done. */
export async function takeBack(before: ServiceState, parts: HostParts): Promise<void> {
  if (!before.held && !(await parts.marks.read()).has(keyOf(before.service))) return;
  await settle(before, parts);
}

/** Disables before it stops, so that neither recovery actions nor triggers nor watchdogs start it again. */
async function hold(target: ServiceState, parts: HostParts): Promise<void> {
  const { service } = target;
  const { sc, marks } = parts;
  const start = await sc.startType(service);
  if (start === undefined) return;
  if (!(await marks.read()).has(keyOf(service))) await marks.put(service, target);
  if (start !== 'disabled') {
    const code = await sc.setStartType(service, 'disabled');
    // One that is to be deleted cannot be started again either.
    if (code !== 0 && code !== errors.markedForDeletion && code !== errors.notInstalled) {
      throw refusal(['config', service], code);
    }
  }
  await stopService(service, new Set(target.dependents.map(keyOf)), parts);
  await expectDisabled(service, parts);
}

async function expectDisabled(service: string, { sc }: HostParts): Promise<void> {
  const start = await sc.startType(service);
  if (start === undefined || start === 'disabled') return;
  // Marked for deletion, it keeps the start type that it had.
  if ((await sc.setStartType(service, 'disabled')) === errors.markedForDeletion) return;
  const now = await sc.startType(service);
  if (now === undefined || now === 'disabled') return;
  const message = `${service} was disabled, and somebody lets it start again (${now}); find the program that does, e.g. a monitor`;
  throw new HostError('changed-meanwhile', message);
}

/** The start type as it was, then the service if it ran, then those that need it and ran. */
async function giveBack(target: ServiceState, parts: HostParts): Promise<void> {
  const { service, run, dependents } = target;
  const start = await parts.sc.startType(service);
  if (start !== undefined) {
    if (start === 'disabled' && target.start !== 'disabled') await setStartType(service, target.start, parts);
    if (run !== 'stopped') await startAgain(target, parts);
    for (const name of [...dependents].reverse()) await startDependent(name, parts);
  }
  await parts.marks.remove(service);
}

async function setStartType(service: string, start: StartType, parts: HostParts): Promise<void> {
  const code = await parts.sc.setStartType(service, start);
  if (code === errors.markedForDeletion) {
    parts.log.error('a service cannot be given back', { service, why: explain(code) });
    return;
  }
  if (code !== 0 && code !== errors.notInstalled) throw refusal(['config', service], code);
  const now = await parts.sc.startType(service);
  if (now === undefined || now === start) return;
  throw new HostError('changed-meanwhile', `${service} was to start by ${start} again, and starts by ${now}`);
}

/** One that was disabled and ran all the same is let start for as long as that takes. */
async function startAgain({ service, start, run }: ServiceState, parts: HostParts): Promise<void> {
  const { sc } = parts;
  const status = await sc.status(service);
  if (!status) return;
  if (runOf(status) === 'stopped') {
    if (start === 'disabled') await setStartType(service, 'demand', parts);
    await startLogged(service, parts);
  }
  if (start === 'disabled' && (await sc.startType(service)) === 'demand') {
    await setStartType(service, 'disabled', parts);
  }
  const now = await sc.status(service);
  if (run === 'paused' && now && runOf(now) === 'running') await sc.pause(service);
}

/** What an administrator has disabled meanwhile stays off. */
async function startDependent(service: string, parts: HostParts): Promise<void> {
  const start = await parts.sc.startType(service);
  if (start !== undefined && start !== 'disabled') await startLogged(service, parts);
}

async function startLogged(service: string, parts: HostParts): Promise<void> {
  const why = await startService(service, parts);
  if (why !== undefined) parts.log.error('a service that ran before does not start again', { service, why });
}
