import type { Finding } from '@stopgap/agent';
import { isHeld, type Seen } from './look.ts';
import type { HostParts } from './parts.ts';
import { isEssential } from './service-name.ts';

/** What a finding is made of. */
export interface Looked {
  readonly name: string;
  readonly seen: Seen | undefined;
  /** Whether it is held already, as far as the journal or the registry know. */
  readonly claimed: boolean;
}

/** Bit of dwServiceType: started for each user who signs in, under names of their own. */
const perUser = 0x40;

/** How the service stands. Changes nothing. */
export async function findingOf({ name, seen, claimed }: Looked, parts: HostParts): Promise<Finding> {
  if (!seen) return { presence: 'absent', detail: `there is no service ${name} any more` };
  const hindrance = await hindranceOf(seen, parts);
  if (hindrance !== undefined) return { presence: 'conflict', detail: hindrance };
  const { status, start, run } = seen;
  if (isHeld(seen)) return { presence: 'in-place', detail: `${status.name} is disabled and stopped` };
  if (claimed) return { presence: 'drifted', detail: `${status.name} is ${run}, and starts by: ${start}` };
  return { presence: 'absent', detail: await described(seen, parts) };
}

/** What the admin should know beforehand. */
async function described({ status, start, run, running, dependents }: Seen, parts: HostParts): Promise<string> {
  const triggers = start === 'disabled' ? 0 : await parts.sc.triggers(status.name);
  const words = [run, start, ...(triggers > 0 ? ['by triggers'] : [])].join(', ');
  const stopping = running.map(({ name }) => name);
  const others = dependents.map(({ name }) => name).filter((name) => !stopping.includes(name));
  const recovery = await parts.recovery(status.name);
  // Disabled, it is not started again; the others are carried out all the same.
  const drastic = recovery.filter((action) => action !== 'restart the service');
  return [
    `${status.name} (${words})`,
    ...(stopping.length > 0 ? [`stops with it: ${stopping.join(', ')}`] : []),
    ...(others.length > 0 ? [`cannot start without it: ${others.join(', ')}`] : []),
    ...(drastic.length > 0 ? [`should it crash while it stops, Windows would ${drastic.join(', or ')}`] : []),
  ].join('; ');
}

/** Why the service must not, or cannot, be stopped and given back. */
async function hindranceOf({ status, running }: Seen, { sc, ownProcesses }: HostParts): Promise<string | undefined> {
  if ((status.type & perUser) !== 0) {
    return `${status.name} is started for each user under a name of its own; only services of the machine can be held`;
  }
  const vital = running.find(({ name }) => isEssential(name));
  if (vital) return `stopping ${status.name} would stop ${vital.name}, without which Windows does not run`;
  for (const { name, pid } of [status, ...running]) {
    // A list has no process ids.
    const process = name === status.name ? pid : ((await sc.status(name))?.pid ?? 0);
    if (!ownProcesses.has(process)) continue;
    const what = name === status.name ? name : `${name}, which stops with ${status.name},`;
    return `${what} is what this agent runs in`;
  }
  return undefined;
}
