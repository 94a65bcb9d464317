import type { Claims, Finding, HeldAction, StateChange } from '@stopgap/agent';
import type { PlacedAddition } from '../rules/arrangement.ts';
import type { Server } from '../server/server.ts';
import { type ConfiguredPool, configuredPool, heldPools, poolAddition, startsByItself } from './pool-config.ts';
import { formatPoolState, type PoolState, parsePoolState, poolOf, thingOf } from './pool-state.ts';

/** What the wanted pools come to. */
export interface PoolPlan {
  readonly findings: ReadonlyMap<HeldAction, Finding>;
  readonly additions: readonly PlacedAddition[];
  /** After the files: a pool is stopped once it does not start by itself, and started once it may. */
  readonly changes: readonly StateChange[];
}

/** How pools run now, by name in lower case; one that is not listed cannot be asked. */
export type Running = ReadonlyMap<string, PoolState>;

/** Pools that a plan is about: wanted, claimed until now, or held by what stands in the files. */
export function poolsIn(server: Server, wanted: readonly HeldAction[], claims: Claims): readonly string[] {
  const names = wanted.flatMap(({ action }) => (action.kind === 'appPool' ? [action.name.toLowerCase()] : []));
  return [...new Set([...names, ...[...knownStates(server, claims).keys()].flatMap((thing) => poolOf(thing) ?? [])])];
}

/**
 * How pools were before they were first held, by thing: as claimed, and where the journal has lost it, running if they
 * started by themselves.
 */
function knownStates(server: Server, claims: Claims): ReadonlyMap<string, PoolState> {
  const lost = heldPools(server).map((name): readonly [string, PoolState] => {
    const pool = configuredPool(server, name);
    const base = pool && server.shelf.get(pool.file).base;
    return [thingOf(name), base && startsByItself(base.root, name) ? 'running' : 'stopped'];
  });
  const claimed = [...claims].flatMap(([thing, json]): readonly (readonly [string, PoolState])[] =>
    poolOf(thing) === undefined ? [] : [[thing, parsePoolState(json, thing)]],
  );
  return new Map([...lost, ...claimed]);
}

/** Compares the pools as they are with what is wanted of them. Pure. */
export function planPools(
  host: string,
  server: Server,
  wanted: readonly HeldAction[],
  claims: Claims,
  running: Running,
): PoolPlan {
  const findings = new Map<HeldAction, Finding>();
  const known = knownStates(server, claims);
  const additions = new Map<string, PlacedAddition>();
  const changes: StateChange[] = [];
  for (const held of wanted) {
    if (held.action.kind !== 'appPool') continue;
    const thing = thingOf(held.action.name);
    const pool = configuredPool(server, held.action.name);
    const now = running.get(held.action.name.toLowerCase()) ?? 'unknown';
    findings.set(held, findingFor(server, pool, now, known.get(thing), thing));
    if (!pool || additions.has(thing)) continue;
    additions.set(thing, poolAddition(pool, held));
    if (now === 'running') changes.push(change(host, thing, now, 'stopped', `application pool ${pool.name} stopped`));
  }
  for (const [thing, before] of known) {
    const name = poolOf(thing);
    if (name === undefined || additions.has(thing)) continue;
    if (before !== 'running' || running.get(name) !== 'stopped') continue;
    changes.push(change(host, thing, 'stopped', 'running', `application pool ${name} started, as before`));
  }
  return { findings, additions: [...additions.values()], changes };
}

function change(host: string, thing: string, before: PoolState, after: PoolState, summary: string): StateChange {
  return { kind: 'state', host, thing, before: formatPoolState(before), after: formatPoolState(after), summary };
}

function findingFor(
  server: Server,
  pool: ConfiguredPool | undefined,
  now: PoolState,
  before: PoolState | undefined,
  thing: string,
): Finding {
  if (!pool) return { presence: 'absent', detail: 'there is no such application pool' };
  const claims = { thing, state: formatPoolState(before ?? now) };
  const { document } = server.shelf.get(pool.file);
  const starts = document ? startsByItself(document.root, pool.name) : true;
  const still = now === 'unknown' ? 'whether it runs cannot be told' : 'it is stopped';
  if (!starts && now !== 'running')
    return { presence: 'in-place', detail: `does not start by itself; ${still}`, claims };
  const detail = [...(now === 'running' ? ['it is running'] : []), ...(starts ? ['it starts by itself'] : [])].join(
    '; ',
  );
  return { presence: before !== undefined ? 'drifted' : 'absent', detail, claims };
}
