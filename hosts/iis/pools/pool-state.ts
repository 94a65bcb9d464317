import { HostError } from '@stopgap/agent';
import { decodeJson, object, oneOf, whole } from '@stopgap/machine';

/** Whether an application pool serves; `unknown`: nobody can say, as in files of a server that does not run. */
export type PoolState = 'running' | 'stopped' | 'unknown';

const version = 1;
const decodeState = object({ version: whole(version, version), pool: oneOf('running', 'stopped', 'unknown') });
const prefix = 'app pool:';

/** How a pool is called in claims and changes; IIS compares the names of pools without regard to case. */
export function thingOf(pool: string): string {
  return prefix + pool.toLowerCase();
}

/** The pool of a thing; `undefined`: it is no pool. */
export function poolOf(thing: string): string | undefined {
  return thing.startsWith(prefix) ? thing.slice(prefix.length) : undefined;
}

/** The host's own JSON. */
export function formatPoolState(pool: PoolState): string {
  return JSON.stringify({ version, pool });
}

/** Throws `HostError` `configuration-refused` for what is none, e.g. of a newer Stopgap. */
export function parsePoolState(json: string, thing: string): PoolState {
  try {
    return decodeJson(json, `the state of ${thing}`, decodeState).pool;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new HostError('configuration-refused', `${why}; was it written by a newer Stopgap?`, error);
  }
}
