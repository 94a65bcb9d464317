import { HostError } from '@stopgap/agent';
import { decodeJson, flag, listOf, object, oneOf, text, whole } from '@stopgap/machine';
import { type ServiceStatus, type StartType, states } from './sc-output.ts';

/** Whether a service is at work. One on its way is what it is on its way to. */
export type Run = 'running' | 'paused' | 'stopped';

/** How a service was before it was first held: what it goes back to. */
export interface Former {
  readonly start: StartType;
  readonly run: Run;
  /** Services that need it and ran, in the order in which they are stopped; they start again in the other. */
  readonly dependents: readonly string[];
}

/** A service as a change wants it. */
export interface ServiceState extends Former {
  /** As it is spelt there. */
  readonly service: string;
  /** `true`: stopped and disabled by us; the rest says what it goes back to. `false`: as the rest says. */
  readonly held: boolean;
}

const version = 1;
const prefix = 'service:';

const decodeState = object({
  version: whole(version, version),
  service: text(256),
  held: flag,
  start: oneOf('boot', 'system', 'auto', 'delayed-auto', 'demand', 'disabled'),
  run: oneOf('running', 'paused', 'stopped'),
  dependents: listOf(text(256), 1000),
});

/** How a service is called in claims and changes. */
export function thingOf(key: string): string {
  return prefix + key;
}

/** The key of the service that a thing is. */
export function keyOfThing(thing: string): string {
  return thing.slice(prefix.length);
}

/** The host's own JSON, with its version; the same state always gives the same text. */
export function formatState({ service, held, start, run, dependents }: ServiceState): string {
  return JSON.stringify({ version, service, held, start, run, dependents });
}

/** Throws `HostError` `configuration-refused` for what is none, e.g. of a newer Stopgap. */
export function parseState(json: string, thing: string): ServiceState {
  try {
    const { version: _version, ...state } = decodeJson(json, `the state of ${thing}`, decodeState);
    return state;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new HostError('configuration-refused', `${why}; was it written by a newer Stopgap?`, error);
  }
}

/** Whether a service is at work, or on its way there. */
export function runOf({ state }: ServiceStatus): Run {
  if (state === states.stopped || state === states.stopPending) return 'stopped';
  return state === states.paused || state === states.pausePending ? 'paused' : 'running';
}
