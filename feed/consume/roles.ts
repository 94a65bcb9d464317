import type { Metadata, Root, TargetFile, Targets } from '@tufjs/models';
import { productsField } from '../roles.ts';
import { Trouble } from '../trouble.ts';
import { type Matching, newMatching, rolesFor } from './path-patterns.ts';
import type { Trust } from './trust.ts';

/** Of a role's name, in characters: it becomes the name of a file. */
const longestName = 60;

/** A role and the one that delegates to it. */
export interface RoleStep {
  readonly name: string;
  readonly parent: string;
}

/**
 * A delegated role that cannot be used through the fault of those who sign it: what was fetched is what the feed vouches for. It is
 * left out, and holds nobody else back. What the way does to a file is no such fault, and ends the look.
 */
export class RoleHeld extends Trouble {}

/** Delegated roles that are left out, and why. */
export type HeldRoles = ReadonlyMap<string, Trouble>;

/** Loads one role so that `trust.role(name)` has it. Throws `RoleHeld` for one that is to be left out. */
export type LoadRole = (name: string, parent: string) => Promise<void>;

/** What the role that may speak for a document says of it. */
export interface FoundDocument {
  readonly target: TargetFile;
  readonly role: string;
  /** The role that targets delegates to, on the way to that one; or targets. */
  readonly top: string;
  /** Place of `top` among the delegations of targets, from 1; 0: targets itself. */
  readonly rank: number;
  /** Products that the delegations on the way leave; `undefined`: any. */
  readonly products: readonly string[] | undefined;
}

/** A document that a role which is left out may speak for: nobody after it is heard. */
export interface HeldDocument {
  readonly role: string;
  readonly products: readonly string[] | undefined;
}

/** The roles of a feed. */
export interface LoadedRoles {
  /** Loaded ones, `targets` first. */
  readonly roles: readonly string[];
  readonly held: HeldRoles;
}

/**
 * Loads `targets` and every role it delegates to, directly or not. Documents are not looked up by a name known before, as
 * the specification supposes, but all taken, so all roles are needed. Throws `Trouble`.
 */
export async function loadRoles(trust: Trust, load: LoadRole, most: number): Promise<LoadedRoles> {
  const loaded: string[] = [];
  const held = new Map<string, Trouble>();
  const ahead: RoleStep[] = [{ name: 'targets', parent: 'root' }];
  for (let next = ahead.shift(); next; next = ahead.shift()) {
    const { name, parent } = next;
    if (loaded.includes(name) || held.has(name)) continue;
    try {
      refuseTooMany(loaded.length, most, parent);
      if (name !== 'targets') await load(name, parent);
      ahead.push(...childrenOf(trust, name).map((child) => ({ name: child, parent: name })));
      loaded.push(name);
    } catch (error) {
      if (!(error instanceof RoleHeld)) throw error;
      held.set(name, error);
    }
  }
  return { roles: loaded, held };
}

/** What targets delegates to beyond the cap concerns the whole feed; what others do, only those who are too many. */
function refuseTooMany(loaded: number, most: number, parent: string): void {
  if (loaded <= most) return;
  const reason = `the feed has more than ${most} delegated roles; ask the publisher`;
  throw parent === 'targets' ? new Trouble('content', reason) : new RoleHeld('content', reason);
}

/** Throws `Trouble` `content` for what cannot name a delegated role. */
export function refuseRoleName(name: string): void {
  if (name !== '' && name.length <= longestName && !/\p{Cc}/u.test(name)) return;
  throw new Trouble(
    'content',
    `a delegated role is called ${JSON.stringify(name.slice(0, 60))}…; names have 1 to ${longestName} characters, none of them control characters`,
  );
}

/** Those to whom a role delegates. Throws where it says that wrongly: `Trouble` for targets, `RoleHeld` for others. */
function childrenOf(trust: Trust, name: string): readonly string[] {
  const delegations = trust.role(name)?.signed.delegations;
  try {
    if (delegations?.succinctRoles) {
      throw new Trouble(
        'content',
        'the feed delegates to hash bins, which hold no list of documents; ask the publisher for named roles',
      );
    }
    const entries = Object.entries(delegations?.roles ?? {});
    for (const [child, { unrecognizedFields }] of entries) {
      refuseRoleName(child);
      productsIn(child, unrecognizedFields);
    }
    return entries.map(([child]) => child);
  } catch (error) {
    throw error instanceof Trouble && name !== 'targets' ? new RoleHeld(error.step, error.message, error) : error;
  }
}

/**
 * What each document is according to the role that may speak for it. A document in a role to which its path was not
 * delegated is nobody's and is left out, and so is one that a role which is left out may speak for. Pure.
 */
export function documentsOf(
  trust: Trust,
  { roles, held }: LoadedRoles,
  matching: Matching = newMatching(),
): ReadonlyMap<string, FoundDocument> {
  const names = new Set(roles.flatMap((name) => Object.keys(trust.role(name)?.signed.targets ?? {})));
  const found = new Map<string, FoundDocument>();
  for (const name of [...names].sort()) {
    const document = whoSays(trust, name, held, matching);
    if (document && 'target' in document) found.set(name, document);
  }
  return found;
}

/**
 * What is said of one document, and by whom; or which role, left out or over its account of `matching`, may say something of it. Adds to
 * that account.
 */
export function whoSays(
  trust: Trust,
  name: string,
  held: HeldRoles,
  matching: Matching,
): FoundDocument | HeldDocument | undefined {
  const steps = search(trust, name, held, matching);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/**
 * Looks for one document, loading the delegated roles that the search comes to and no others: at most `most` of them
 * (specification, 5.6.7.1). Throws `Trouble`, also of a role on the way that cannot be had.
 */
export async function findDocument(
  trust: Trust,
  document: string,
  load: LoadRole,
  most: number,
): Promise<FoundDocument | undefined> {
  const loaded = new Set(['targets']);
  const steps = search(trust, document, new Map(), newMatching());
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value && 'target' in step.value ? step.value : undefined;
    const { name, parent } = step.value;
    if (loaded.has(name)) continue;
    if (loaded.size > most) return undefined;
    await load(name, parent);
    loaded.add(name);
  }
}

interface Ahead extends RoleStep {
  readonly products: readonly string[] | undefined;
  /** The role that targets delegates to, on the way here; `undefined`: targets itself. */
  readonly top: HeldDocument | undefined;
}

/**
 * The search of 5.6.7: the delegations in pre-order, depth first, ending at a terminating one. Yields each role before it is
 * needed, so that it can be loaded.
 */
function* search(
  trust: Trust,
  document: string,
  held: HeldRoles,
  matching: Matching,
): Generator<RoleStep, FoundDocument | HeldDocument | undefined> {
  const ahead: Ahead[] = [{ name: 'targets', parent: 'root', products: undefined, top: undefined }];
  const visited = new Set<string>();
  for (let next = ahead.pop(); next; next = ahead.pop()) {
    if (visited.has(next.name)) continue;
    visited.add(next.name);
    if (held.has(next.name)) return { role: next.name, products: next.products };
    const account = next.top?.role ?? 'targets';
    if (matching.over.has(account)) return next.top;
    yield next;
    const role = trust.role(next.name);
    if (!role || !isSignedFor(trust, next.name, next.parent, role)) continue;
    const target = Object.hasOwn(role.signed.targets, document) ? role.signed.targets[document] : undefined;
    if (target) {
      const rank = Object.keys(trust.role('targets')?.signed.delegations?.roles ?? {}).indexOf(account) + 1;
      return { target, role: next.name, top: account, rank, products: next.products };
    }
    const children: Ahead[] = [];
    const { delegations } = role.signed;
    const named = delegations ? rolesFor(delegations, document, account, matching) : [];
    if (matching.over.has(account)) return next.top;
    for (const child of named) {
      const products = narrowed(next, role, child.role);
      const top = next.name === 'targets' ? { role: child.role, products } : next.top;
      children.push({ name: child.role, parent: next.name, products, top });
      if (!child.terminating) continue;
      ahead.length = 0;
      break;
    }
    ahead.push(...children.reverse());
  }
  return undefined;
}

/** A delegation may take products away and never add any. */
function narrowed({ products }: Ahead, role: Metadata<Targets>, child: string): readonly string[] | undefined {
  const roles = role.signed.delegations?.roles ?? {};
  const entry = Object.hasOwn(roles, child) ? roles[child] : undefined;
  return withinProducts(products, productsIn(child, entry?.unrecognizedFields));
}

/** What two lists of products have in common; no list: any. */
export function withinProducts(
  one: readonly string[] | undefined,
  other: readonly string[] | undefined,
): readonly string[] | undefined {
  return one && other ? one.filter((product) => other.includes(product)) : (one ?? other);
}

/** The products that a delegation leaves; `undefined`: any. Throws `Trouble`. */
function productsIn(child: string, fields: Readonly<Record<string, unknown>> = {}): readonly string[] | undefined {
  const said: unknown = fields[productsField];
  if (said === undefined || (Array.isArray(said) && said.every((one) => typeof one === 'string'))) return said;
  throw new Trouble(
    'content',
    `the delegation to ${child} has ${productsField} that are no list of names; ask the publisher`,
  );
}

/** By role, then by whoever delegates to it, then by the name it goes by: metadata that was taken does not change any more. */
const judged = new WeakMap<Metadata<Targets>, WeakMap<object, Map<string, boolean>>>();

/**
 * A role reached over another parent than the one it was loaded for must satisfy that parent's keys too. That is worked out once:
 * every document is searched for, and each time it would take as long as there are documents.
 */
function isSignedFor(trust: Trust, name: string, parent: string, role: Metadata<Targets>): boolean {
  const by = parent === 'root' ? trust.root : trust.role(parent);
  if (!by) return true;
  const byParent = judged.get(role) ?? new WeakMap<object, Map<string, boolean>>();
  const byName = byParent.get(by) ?? new Map<string, boolean>();
  const verdict = byName.get(name) ?? isSignedBy(by, name, role);
  judged.set(role, byParent.set(by, byName.set(name, verdict)));
  return verdict;
}

function isSignedBy(by: Metadata<Root> | Metadata<Targets>, name: string, role: Metadata<Targets>): boolean {
  try {
    by.verifyDelegate(name, role);
    return true;
  } catch {
    return false;
  }
}
