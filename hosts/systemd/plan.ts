import type { Claims, Finding, HeldAction, HostPlan, StateChange } from '@stopgap/agent';
import { type Discovered, discover, lookAgain } from './discover.ts';
import { findingOf } from './finding.ts';
import type { HostParts } from './parts.ts';
import { formatState, parseState, type ServiceState, stopped, type UnitState } from './state.ts';
import { isTemplate, unitOf } from './unit-name.ts';

/** What a plan is made of. */
export interface Planning {
  readonly host: string;
  /** The unit that the agent itself runs in, which must not be stopped; `undefined`: in none. */
  readonly ownUnit: string | undefined;
  readonly parts: Pick<HostParts, 'systemctl' | 'masks'>;
}

/** One thing that is wanted or claimed, as it stands. */
interface Thing {
  readonly thing: string;
  readonly unit: string;
  readonly found: Discovered;
  readonly finding: Finding;
}

/** Compares what stands with what is wanted, and says what would have to change. Changes nothing. */
export async function planUnits(planning: Planning, wanted: readonly HeldAction[], claims: Claims): Promise<HostPlan> {
  const claimed = new Map([...claims].map(([thing, json]) => [thing, parseState(json, thing)]));
  const units = wanted.map(unitWanted);
  const things = new Map<string, Thing>();
  for (const unit of new Set(units.filter((one) => one !== undefined))) {
    const thing = thingOf(unit);
    const found = await discover(unit, claimed.get(thing) ?? [], planning.parts);
    const before = claimed.get(thing) ?? firstState(found.state, claimed);
    const finding = findingOf({ unit, found, claimed: claimed.has(thing), ...planning, masks: planning.parts.masks });
    const claims = { thing, state: formatState(before) };
    things.set(unit, { thing, unit, found, finding: { ...finding, claims } });
  }
  const holding = [...things.values()].filter(({ finding }) => finding.presence !== 'conflict');
  const changes = [
    ...(await releases(planning, claimed, holding, new Set([...things.values()].map(({ thing }) => thing)))),
    ...holding.flatMap((one) => holds(planning.host, one)),
  ];
  return { findings: units.map((unit) => things.get(unit ?? '')?.finding ?? notOurs), changes };
}

/** How a unit is called in claims and changes. */
export function thingOf(unit: string): string {
  return `service:${unit}`;
}

const notOurs: Finding = { presence: 'absent', detail: 'no systemd unit can be this' };

function unitWanted({ action }: HeldAction): string | undefined {
  if (action.kind !== 'service') return undefined;
  const named = unitOf(action.name);
  return 'unit' in named ? named.unit : undefined;
}

/**
 * The state before the first claim: as it is now, but where another thing that is claimed has the same unit in it, as it was
 * before that; and a mask of ours that nobody claims was not there before, whatever was then.
 */
function firstState(now: ServiceState, claimed: ReadonlyMap<string, ServiceState>): ServiceState {
  const earlier = new Map([...claimed.values()].flatMap((state) => state.map((one) => [one.unit, one] as const)));
  return now.map((one) => {
    const known = earlier.get(one.unit);
    if (known) return { ...one, masked: known.masked, active: known.active, enabled: known.enabled };
    return one.masked ? { ...one, masked: false, active: 'unknown', enabled: '-' } : one;
  });
}

function holds(host: string, { thing, unit, found }: Thing): readonly StateChange[] {
  const after = found.state.map(
    (one): UnitState => ({
      ...one,
      masked: one.role === 'held',
      active: stopped(one.active) ? one.active : 'inactive',
    }),
  );
  const open = found.state.filter((one) => one.role === 'held' && !(one.masked && isStill(one)));
  if (open.length === 0) return [];
  const names = open.map((one) => one.unit).sort();
  const others = names.filter((name) => name !== unit);
  const summary = `stop and mask ${[...(others.length < names.length ? [unit] : []), ...others].join(', ')}`;
  return [{ kind: 'state', host, thing, before: formatState(found.state), after: formatState(after), summary }];
}

function isStill({ unit, active }: UnitState): boolean {
  return isTemplate(unit) || stopped(active);
}

/** Gives back what nobody wants held any more, but for units that are part of something that is. */
async function releases(
  { host, parts }: Planning,
  claimed: ReadonlyMap<string, ServiceState>,
  holding: readonly Thing[],
  wanted: ReadonlySet<string>,
): Promise<readonly StateChange[]> {
  const kept = new Set(holding.flatMap(({ found }) => heldIn(found.state)));
  const changes: StateChange[] = [];
  for (const [thing, state] of claimed) {
    if (wanted.has(thing)) continue;
    const before = state.filter(({ unit, role }) => !(role === 'held' && kept.has(unit)));
    const now = await lookAgain(before, parts);
    const ours = now.filter((one) => one.masked).map(({ unit }) => unit);
    if (ours.length === 0) continue;
    const summary = `unmask ${ours.sort().join(', ')}, running again what ran before`;
    changes.push({ kind: 'state', host, thing, before: formatState(now), after: formatState(before), summary });
  }
  return changes;
}

function heldIn(state: ServiceState): readonly string[] {
  return state.filter(({ role }) => role === 'held').map(({ unit }) => unit);
}
