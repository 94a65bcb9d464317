import { HostError } from '@stopgap/agent';
import { decodeJson, flag, listOf, object, oneOf, text, whole } from '@stopgap/machine';

/** One unit, as far as putting it back is concerned. */
export interface UnitState {
  readonly unit: string;
  /** `held`: kept stopped, as what was asked for or as what would start it. `dependent`: stops with it, by itself. */
  readonly role: 'held' | 'dependent';
  /** Whether a mask of ours stands. */
  readonly masked: boolean;
  /** systemd's ActiveState; `unknown`: nobody wrote down what it was before. */
  readonly active: string;
  /** systemd's UnitFileState, `-` where it has none. */
  readonly enabled: string;
}

/** What an action holds, whole: the unit that is named, what would start it, and what stops with it. */
export type ServiceState = readonly UnitState[];

const version = 1;

const decodeState = object({
  version: whole(version, version),
  units: listOf(
    object({
      unit: text(255),
      role: oneOf('held', 'dependent'),
      masked: flag,
      active: text(64),
      enabled: text(64),
    }),
    500,
  ),
});

/** The host's own JSON, with its version; the same state always gives the same text. */
export function formatState(state: ServiceState): string {
  const units = [...state].sort((a, b) => (a.unit < b.unit ? -1 : 1));
  return JSON.stringify({
    version,
    units: units.map(({ unit, role, masked, active, enabled }) => ({ unit, role, masked, active, enabled })),
  });
}

/** Throws `HostError` `configuration-refused` for what is none, e.g. of a newer Stopgap. */
export function parseState(json: string, thing: string): ServiceState {
  try {
    return decodeJson(json, `the state of ${thing}`, decodeState).units;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new HostError('configuration-refused', `${why}; was it written by a newer Stopgap?`, error);
  }
}

/** Whether a unit with this ActiveState is at work, or about to be. */
export function runs(active: string): boolean {
  return ['active', 'activating', 'reloading', 'refreshing'].includes(active);
}

/** Whether nothing of the unit is left running. */
export function stopped(active: string): boolean {
  return active === 'inactive' || active === 'failed';
}
