import { maskFolder } from './masks.ts';
import type { HostParts } from './parts.ts';
import type { ServiceState, UnitState } from './state.ts';
import { stopped } from './state.ts';
import type { UnitFacts } from './unit-facts.ts';
import { instancesOf, isTemplate, templateOf } from './unit-name.ts';

type Looking = Pick<HostParts, 'systemctl' | 'masks'>;

/** More units than this for one name is not a service any more. */
const most = 200;

/** What a name stands for on this machine now, with what systemd says of each unit but templates. */
export interface Discovered {
  readonly state: ServiceState;
  readonly facts: ReadonlyMap<string, UnitFacts>;
}

/**
 * Everything that has to be stopped, and kept so, for `unit` to stay stopped: itself under its own name, instances of a
 * template, and each socket, timer and path that would start it. Beside these, the units at work that stop when it
 * does, so that they can be started again. `claimed`: what was found when it was first held; while it is held, systemd
 * has forgotten some of this.
 */
export async function discover(unit: string, claimed: ServiceState, looking: Looking): Promise<Discovered> {
  const held = new Set(claimed.filter(({ role }) => role === 'held').map((one) => one.unit));
  const facts = new Map<string, UnitFacts>();
  let open = await namesOf(unit, looking);
  while (open.length > 0 && held.size < most) {
    for (const name of open) held.add(name);
    const learned = await learn(open, facts, looking);
    const triggers = [...learned.flatMap((one) => one.triggeredBy), ...(await ownTriggers(open, looking))];
    open = [...new Set(triggers)].filter((name) => !held.has(name));
  }
  await learn(
    [...held].filter((name) => !facts.has(name)),
    facts,
    looking,
  );
  const dependents = await dependentsOf(held, facts, looking);
  const known = new Map(claimed.map((one) => [one.unit, one]));
  for (const one of claimed) if (one.role === 'dependent') dependents.add(one.unit);
  await learn([...dependents], facts, looking);
  const states = [
    ...[...held].map((name) => stateOf(name, 'held', facts, looking)),
    ...[...dependents].filter((name) => !held.has(name)).map((name) => stateOf(name, 'dependent', facts, looking)),
  ];
  return { state: states.map((one) => ({ ...one, role: known.get(one.unit)?.role ?? one.role })), facts };
}

/** These units as they are now. */
export async function lookAgain(state: ServiceState, looking: Looking): Promise<ServiceState> {
  const facts = new Map<string, UnitFacts>();
  const units = state.map(({ unit }) => unit);
  await learn(units, facts, looking);
  return state.map(({ unit, role }) => stateOf(unit, role, facts, looking));
}

function stateOf(
  unit: string,
  role: UnitState['role'],
  facts: ReadonlyMap<string, UnitFacts>,
  { masks }: Looking,
): UnitState {
  const found = facts.get(unit);
  const masked = role === 'held' && masks.look(unit) === 'ours';
  return { unit, role, masked, active: found?.active ?? 'inactive', enabled: found?.enabled ?? '-' };
}

/** The unit under its own name, or a template with all its instances that have a file of their own or are in memory. */
async function namesOf(unit: string, { systemctl }: Looking): Promise<readonly string[]> {
  if (isTemplate(unit)) {
    const pattern = instancesOf(unit);
    const files = await systemctl.unitFiles(pattern);
    const instances = [...files.keys(), ...(await systemctl.loadedUnits(pattern))];
    return [...new Set([unit, ...instances.filter((name) => templateOf(name) === unit)])];
  }
  const [facts] = await systemctl.show([unit]);
  return [facts ? ownName(unit, facts) : unit];
}

/** An alias of a unit that we mask is no alias any more for systemd, which still says which file it came to. */
function ownName(unit: string, { id, fragment }: UnitFacts): string {
  if (!fragment.startsWith(`${maskFolder}/`)) return id || unit;
  const file = fragment.slice(maskFolder.length + 1);
  return isTemplate(file) ? unit : file;
}

async function learn(
  units: readonly string[],
  facts: Map<string, UnitFacts>,
  { systemctl }: Looking,
): Promise<readonly UnitFacts[]> {
  const askable = units.filter((unit) => !isTemplate(unit));
  const learned = await systemctl.show(askable);
  for (const [index, one] of learned.entries()) facts.set(askable[index] ?? one.id, one);
  return learned;
}

/**
 * Triggers that systemd does not name: a socket with Accept=yes belongs to the template that is called like it, and a
 * trigger of the same name that we mask is none of the unit's any more.
 */
async function ownTriggers(units: readonly string[], { systemctl, masks }: Looking): Promise<readonly string[]> {
  const sockets: string[] = [];
  for (const unit of units.filter((name) => isTemplate(name) && name.endsWith('.service'))) {
    const socket = unit.replace(/@\.service$/, '.socket');
    if ((await systemctl.unitFiles(socket)).has(socket)) sockets.push(socket);
  }
  const services = units.filter((name) => name.endsWith('.service'));
  const masked = services
    .flatMap((name) => ['socket', 'timer', 'path'].map((kind) => name.replace(/service$/, kind)))
    .filter((name) => masks.look(name) === 'ours');
  return [...sockets, ...masked];
}

/** Units at work that stop with the held ones, theirs included. */
async function dependentsOf(
  held: ReadonlySet<string>,
  facts: Map<string, UnitFacts>,
  looking: Looking,
): Promise<Set<string>> {
  const found = new Set<string>();
  let open = [...held];
  while (open.length > 0 && found.size < most) {
    const next = open.flatMap((unit) => facts.get(unit)?.stopWithIt ?? []);
    open = [...new Set(next)].filter((unit) => !held.has(unit) && !found.has(unit));
    const learned = await learn(open, facts, looking);
    open = open.filter((_unit, index) => !stopped(learned[index]?.active ?? 'inactive'));
    for (const unit of open) found.add(unit);
  }
  return found;
}
