import type { Metadata, TargetFile, Targets } from '@tufjs/models';
import { productsField } from '../roles.ts';
import { Trouble } from '../trouble.ts';
import type { Trust } from './trust.ts';

/** Of a role's name, in characters: it becomes the name of a file. */
const longestName = 60;

/** A role and the one that delegates to it. */
export interface RoleStep {
  readonly name: string;
  readonly parent: string;
}

/** Loads one role so that `trust.role(name)` has it. */
export type LoadRole = (name: string, parent: string) => Promise<void>;

/** What the role that may speak for a document says of it. */
export interface FoundDocument {
  readonly target: TargetFile;
  /** Products that the delegations on the way leave; `undefined`: any. */
  readonly products: readonly string[] | undefined;
}

/**
 * Loads `targets` and every role it delegates to, directly or not. Documents are not looked up by a name known before, as
 * the specification supposes, but all taken, so all roles are needed. Throws `Trouble`.
 */
export async function loadRoles(trust: Trust, load: LoadRole, most: number): Promise<readonly string[]> {
  const loaded: string[] = [];
  const ahead: RoleStep[] = [{ name: 'targets', parent: 'root' }];
  for (let next = ahead.shift(); next; next = ahead.shift()) {
    if (loaded.includes(next.name)) continue;
    if (loaded.length > most)
      throw new Trouble('content', `the feed has more than ${most} delegated roles; ask the publisher`);
    refuseRoleName(next.name);
    if (next.name !== 'targets') await load(next.name, next.parent);
    loaded.push(next.name);
    ahead.push(...childrenOf(trust.role(next.name)).map((name) => ({ name, parent: next.name })));
  }
  return loaded;
}

/** Throws `Trouble` `content` for what cannot name a delegated role. */
export function refuseRoleName(name: string): void {
  if (name !== '' && name.length <= longestName && !/\p{Cc}/u.test(name)) return;
  throw new Trouble(
    'content',
    `a delegated role is called ${JSON.stringify(name.slice(0, 60))}…; names have 1 to ${longestName} characters, none of them control characters`,
  );
}

function childrenOf(role: Metadata<Targets> | undefined): string[] {
  const delegations = role?.signed.delegations;
  if (delegations?.succinctRoles) {
    throw new Trouble(
      'content',
      'the feed delegates to hash bins, which hold no list of documents; ask the publisher for named roles',
    );
  }
  return Object.keys(delegations?.roles ?? {});
}

/**
 * What each document is according to the role that may speak for it. A document in a role to which its path was not
 * delegated is nobody's and is left out. Pure.
 */
export function documentsOf(trust: Trust, roles: readonly string[]): ReadonlyMap<string, FoundDocument> {
  const names = new Set(roles.flatMap((name) => Object.keys(trust.role(name)?.signed.targets ?? {})));
  const found = new Map<string, FoundDocument>();
  for (const name of [...names].sort()) {
    const steps = search(trust, name);
    let step = steps.next();
    while (!step.done) step = steps.next();
    if (step.value) found.set(name, step.value);
  }
  return found;
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
  const steps = search(trust, document);
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    const { name, parent } = step.value;
    if (loaded.has(name)) continue;
    if (loaded.size > most) return undefined;
    await load(name, parent);
    loaded.add(name);
  }
}

interface Ahead extends RoleStep {
  readonly products: readonly string[] | undefined;
}

/**
 * The search of 5.6.7: the delegations in pre-order, depth first, ending at a terminating one. Yields each role before it is
 * needed, so that it can be loaded.
 */
function* search(trust: Trust, document: string): Generator<RoleStep, FoundDocument | undefined> {
  const ahead: Ahead[] = [{ name: 'targets', parent: 'root', products: undefined }];
  const visited = new Set<string>();
  for (let next = ahead.pop(); next; next = ahead.pop()) {
    if (visited.has(next.name)) continue;
    visited.add(next.name);
    yield next;
    const role = trust.role(next.name);
    if (!role || !isSignedFor(trust, next.name, next.parent, role)) continue;
    const target = Object.hasOwn(role.signed.targets, document) ? role.signed.targets[document] : undefined;
    if (target) return { target, products: next.products };
    const children: Ahead[] = [];
    for (const child of role.signed.delegations?.rolesForTarget(document) ?? []) {
      children.push({ name: child.role, parent: next.name, products: narrowed(next, role, child.role) });
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
  const said: unknown = entry?.unrecognizedFields?.[productsField];
  if (said === undefined) return products;
  if (!Array.isArray(said) || !said.every((one) => typeof one === 'string')) {
    throw new Trouble(
      'content',
      `the delegation to ${child} has ${productsField} that are no list of names; ask the publisher`,
    );
  }
  return products ? products.filter((one) => said.includes(one)) : said;
}

/** A role reached over another parent than the one it was loaded for must satisfy that parent's keys too. */
function isSignedFor(trust: Trust, name: string, parent: string, role: Metadata<Targets>): boolean {
  try {
    (parent === 'root' ? trust.root : trust.role(parent))?.verifyDelegate(name, role);
    return true;
  } catch {
    return false;
  }
}
