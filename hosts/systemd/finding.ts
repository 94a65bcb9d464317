import type { Finding } from '@stopgap/agent';
import type { Discovered } from './discover.ts';
import { foreignText, type Masks } from './masks.ts';
import { type ServiceState, stopped, type UnitState } from './state.ts';
import type { UnitFacts } from './unit-facts.ts';
import { isEssential, isTemplate } from './unit-name.ts';

/** What a finding is made of. */
export interface Looked {
  readonly unit: string;
  readonly found: Discovered;
  /** Whether a mitigation holds it, as far as the journal knows. */
  readonly claimed: boolean;
  readonly ownUnit: string | undefined;
  readonly masks: Masks;
}

/** How the unit and all that would start it stand. Reads nothing but our masks. */
export function findingOf(looked: Looked): Finding {
  const { found, claimed } = looked;
  const hindrance = hindranceOf(looked);
  if (hindrance !== undefined) return { presence: 'conflict', detail: hindrance };
  const held = found.state.filter(({ role }) => role === 'held');
  const open = held.filter((one) => !one.masked || !(isTemplate(one.unit) || stopped(one.active)));
  if (open.length === 0) return { presence: 'in-place', detail: `masked and stopped: ${names(held)}` };
  if (claimed || open.length < held.length) {
    return { presence: 'drifted', detail: `not masked and stopped any more: ${open.map(describe).join(', ')}` };
  }
  return { presence: 'absent', detail: [held.map(describe).join(', '), ...effects(found)].join('; ') };
}

/** Why the unit must not, or cannot, be stopped and started again. */
function hindranceOf({ unit, found, ownUnit, masks }: Looked): string | undefined {
  const own = found.state.find((one) => one.unit === ownUnit);
  if (own) return `stopping ${unit} would stop ${own.unit}, which this agent runs in`;
  const vital = found.state.find((one) => [one.unit, ...(found.facts.get(one.unit)?.names ?? [])].some(isEssential));
  if (vital) return `stopping ${unit} would stop ${vital.unit}, without which this machine does not run`;
  for (const one of found.state.filter(({ role }) => role === 'held')) {
    if (masks.look(one.unit) === 'foreign') return foreignText(one.unit);
    const facts = found.facts.get(one.unit);
    if (facts?.refusesStop && !stopped(one.active)) return `${one.unit} refuses to be stopped (RefuseManualStop=)`;
    if (facts?.fragment.startsWith('/run/systemd/transient/')) {
      return `${one.unit} is transient: once stopped, nothing could start it again as it was; stop it where it was started`;
    }
  }
  return undefined;
}

/** What the admin should know beforehand. */
function effects({ state, facts }: Discovered): readonly string[] {
  const held = new Set(state.filter(({ role }) => role === 'held').map((one) => one.unit));
  const about = (pick: (one: UnitFacts) => readonly string[]) =>
    [...new Set([...held].flatMap((unit) => pick(facts.get(unit) ?? none)))].filter((unit) => !held.has(unit)).sort();
  const stopping = state.filter(({ role }) => role === 'dependent').map((one) => one.unit);
  const needing = about((one) => one.neededBy).filter((unit) => !stopping.includes(unit));
  const wanting = about((one) => one.wantedBy);
  const outliving = [...held].filter((unit) => ['process', 'none'].includes(facts.get(unit)?.killMode ?? ''));
  return [
    ...sentence('stops with it', stopping),
    ...sentence('cannot start without it', needing),
    ...sentence('is pulled in by, and missed there', wanting),
    ...sentence('what it started goes on (KillMode=) of', outliving),
  ];
}

const none: UnitFacts = {
  id: '',
  names: [],
  load: '',
  active: '',
  enabled: '',
  fragment: '',
  triggeredBy: [],
  stopWithIt: [],
  wantedBy: [],
  neededBy: [],
  refusesStop: false,
  killMode: '',
};

function sentence(what: string, units: readonly string[]): readonly string[] {
  return units.length === 0 ? [] : [`${what}: ${units.join(', ')}`];
}

function describe({ unit, active, enabled }: UnitState): string {
  const words = [...(isTemplate(unit) ? ['template'] : [active]), ...(enabled === '-' ? [] : [enabled])];
  return `${unit} (${words.join(', ')})`;
}

function names(state: ServiceState): string {
  return state
    .map(({ unit }) => unit)
    .sort()
    .join(', ');
}
