import type { Change } from '@stopgap/agent';
import { Keeper } from '@stopgap/agent/contract';
import type { LogFields } from '@stopgap/machine';
import { stop, windowsBed } from './contract-bed.ts';
import type { StandInService } from './stand-in-services.ts';

/** A Windows with a host on it, and what the host logs. */
export function windowsAtWork() {
  const bed = windowsBed();
  const logged: string[] = [];
  const note = (message: string, fields: LogFields = {}) => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const log = { debug: note, info: note, warn: note, error: note };
  const host = bed.host((world) => ({ ...world, log }));
  const service = (name: string): StandInService => {
    const found = bed.windows.services.find(name);
    if (!found) throw new Error(`${name} is not there`);
    return found;
  };
  return { ...bed, host, keeper: new Keeper(host), logged, service };
}

/** What the work failed with; `undefined`: it did not. */
export async function failure(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** Stops a service that two others need. */
export const um = stop('MSExchangeUM');
/** The first change of a plan that has some. */
export const firstOf = ({ changes }: { readonly changes: readonly Change[] }): Change => {
  const [first] = changes;
  if (!first) throw new Error('nothing to change');
  return first;
};
