import type { Claims, Finding, HeldAction, HostPlan, StateChange } from '@stopgap/agent';
import { findingOf } from './finding.ts';
import { formerOf, isHeld, lookAt, type Seen } from './look.ts';
import type { HostParts } from './parts.ts';
import { keyOf, nameProblem } from './service-name.ts';
import { type Former, formatState, keyOfThing, parseState, type ServiceState, thingOf } from './state.ts';

/** What a plan is made of. */
export interface Planning {
  readonly host: string;
  readonly parts: HostParts;
}

/** A service that is wanted, as it stands. */
interface Wanted {
  readonly key: string;
  readonly seen: Seen | undefined;
  readonly finding: Finding;
  /** What it goes back to. */
  readonly former: Former | undefined;
}

/** Compares what stands with what is wanted, and says what would have to change. Changes nothing. */
export async function planServices(
  planning: Planning,
  wanted: readonly HeldAction[],
  claims: Claims,
): Promise<HostPlan> {
  const { parts } = planning;
  const marks = await parts.marks.read();
  const known = knownStates(claims, marks);
  const services = new Map<string, Wanted>();
  for (const { action } of wanted) {
    if (action.kind !== 'service' || nameProblem(action.name) !== undefined) continue;
    const key = keyOf(action.name);
    if (!services.has(key)) services.set(key, await lookedAt(key, action.name, known, parts));
  }
  const holding = [...services.values()].filter(({ finding }) => finding.presence !== 'conflict');
  const changes = [
    ...(await releases(planning, known, marks, services, holding)),
    ...holding.flatMap((one) => holds(planning.host, one, marks)),
  ];
  const findings = wanted.map(({ action }) => {
    const found = action.kind === 'service' ? services.get(keyOf(action.name)) : undefined;
    return found?.finding ?? { presence: 'absent' as const, detail: 'no Windows service can be this' };
  });
  return { findings, changes };
}

/** States before the first claim, by key: the journal's, and where it knows nothing, what is written in the registry. */
function knownStates(claims: Claims, marks: ReadonlyMap<string, Former>): ReadonlyMap<string, ServiceState> {
  const marked = [...marks].map(([key, former]) => [key, { service: key, held: false, ...former }] as const);
  const claimed = [...claims].map(([thing, json]): readonly [string, ServiceState] => {
    const state = parseState(json, thing);
    const later = marks.get(keyOfThing(thing))?.dependents ?? [];
    return [keyOfThing(thing), { ...state, dependents: union(state.dependents, later) }];
  });
  return new Map([...marked, ...claimed]);
}

async function lookedAt(
  key: string,
  name: string,
  known: ReadonlyMap<string, ServiceState>,
  parts: HostParts,
): Promise<Wanted> {
  const seen = await lookAt(name, parts);
  const before = known.get(key);
  const former = before ?? (seen && firstState(key, seen, known));
  const finding = await findingOf({ name, seen, claimed: before !== undefined }, parts);
  if (!former) return { key, seen, finding, former };
  const state = formatState({ service: seen?.status.name ?? before?.service ?? name, held: false, ...only(former) });
  return { key, seen, former, finding: { ...finding, claims: { thing: thingOf(key), state } } };
}

/** As it is now; but what another claim of ours has stopped counts as running. */
function firstState(key: string, seen: Seen, known: ReadonlyMap<string, ServiceState>): Former {
  const others = [...known].filter(([other]) => other !== key);
  const stoppedByUs = new Set(others.flatMap(([, { dependents }]) => dependents.map(keyOf)));
  for (const [other, { run }] of others) if (run !== 'stopped') stoppedByUs.add(other);
  const now = formerOf(seen);
  const ran = new Set(now.dependents.map(keyOf));
  const dependents = seen.dependents.map(({ name }) => name);
  return {
    start: now.start,
    run: now.run === 'stopped' && stoppedByUs.has(key) ? 'running' : now.run,
    dependents: dependents.filter((name) => ran.has(keyOf(name)) || stoppedByUs.has(keyOf(name))),
  };
}

function holds(
  host: string,
  { key, seen, former }: Wanted,
  marks: ReadonlyMap<string, Former>,
): readonly StateChange[] {
  if (!seen || !former || isHeld(seen)) return [];
  const { name } = seen.status;
  const now = formerOf(seen);
  const after = { service: name, held: true, ...only(former), dependents: union(now.dependents, former.dependents) };
  const before = { service: name, held: false, ...now };
  const others = now.dependents.length === 0 ? '' : `, after ${now.dependents.join(', ')}, which need it`;
  const verb = [...(seen.start === 'disabled' ? [] : ['disable']), ...(seen.run === 'stopped' ? [] : ['stop'])];
  const summary = `${verb.join(' and ')} ${name}${others}${marks.has(key) ? ' again' : ''}`;
  return [change(host, key, before, after, summary)];
}

/** A service that nobody wants held any more. */
interface Released {
  readonly key: string;
  readonly state: ServiceState;
  readonly seen: Seen | undefined;
}

/** Gives back what nobody wants held any more. */
async function releases(
  { host, parts }: Planning,
  known: ReadonlyMap<string, ServiceState>,
  marks: ReadonlyMap<string, Former>,
  wanted: ReadonlyMap<string, Wanted>,
  holding: readonly Wanted[],
): Promise<readonly StateChange[]> {
  const released: Released[] = [];
  for (const [key, state] of known) {
    if (wanted.has(key)) continue;
    const seen = await lookAt(state.service, parts);
    const ours = marks.has(key) || (seen?.start === 'disabled' && state.start !== 'disabled');
    if (ours) released.push({ key, state, seen });
  }
  // What others need comes first: its dependents are all of theirs, and they.
  released.sort((a, b) => b.state.dependents.length - a.state.dependents.length);
  const stopped = new Set(holding.flatMap(({ former }) => former?.dependents.map(keyOf) ?? []));
  const kept = new Set([...holding.map(({ key }) => key), ...stopped]);
  return released.map((one, index) => {
    // Started by the last that it needs, so that none is started before all of these run.
    const later = released.slice(index + 1).flatMap(({ key, state }) => [key, ...state.dependents.map(keyOf)]);
    return release(host, one, stopped, new Set([...kept, ...later]));
  });
}

/** `stopped`: what another claim keeps stopped, and starts when it ends. `others`: dependents that are not to be started here. */
function release(
  host: string,
  { key, state, seen }: Released,
  stopped: ReadonlySet<string>,
  others: ReadonlySet<string>,
): StateChange {
  const after = {
    ...state,
    service: seen?.status.name ?? state.service,
    held: false,
    run: stopped.has(key) ? ('stopped' as const) : state.run,
    dependents: state.dependents.filter((name) => !others.has(keyOf(name))),
  };
  const before = !seen || isHeld(seen) ? { ...after, ...only(state), held: true } : { ...after, ...formerOf(seen) };
  return change(host, key, before, after, releaseSummary(after));
}

function releaseSummary({ service, start, run, dependents }: ServiceState): string {
  const words = [`start type ${start}`, ...(run === 'stopped' ? [] : [run])];
  const others = dependents.length === 0 ? '' : `; ${[...dependents].reverse().join(', ')} started again`;
  return `${service} as it was before: ${words.join(', ')}${others}`;
}

function change(host: string, key: string, before: ServiceState, after: ServiceState, summary: string): StateChange {
  const thing = thingOf(key);
  return { kind: 'state', host, thing, before: formatState(before), after: formatState(after), summary };
}

function only({ start, run, dependents }: Former): Former {
  return { start, run, dependents };
}

/** Names of the second that the first has not, behind those of the first. */
function union(first: readonly string[], second: readonly string[]): readonly string[] {
  const known = new Set(first.map(keyOf));
  return [...first, ...second.filter((name) => !known.has(keyOf(name)))];
}
