import type { Metadata, TargetFile, Targets } from '@tufjs/models';
import { Trouble } from '../trouble.ts';
import type { Trust } from './trust.ts';

/** Loads one role so that `trust.role(name)` has it. */
export type LoadRole = (name: string, parent: string) => Promise<void>;

/**
 * Loads `targets` and every role it delegates to, directly or not. Documents are not looked up by a name known before, as
 * the specification supposes, but all taken, so all roles are needed. Throws `Trouble`.
 */
export async function loadRoles(trust: Trust, load: LoadRole, most: number): Promise<readonly string[]> {
  const loaded: string[] = [];
  const ahead: { name: string; parent: string }[] = [{ name: 'targets', parent: 'root' }];
  for (let next = ahead.shift(); next; next = ahead.shift()) {
    if (loaded.includes(next.name)) continue;
    if (loaded.length > most)
      throw new Trouble('content', `the feed has more than ${most} delegated roles; ask the publisher`);
    await load(next.name, next.parent);
    loaded.push(next.name);
    ahead.push(...childrenOf(trust.role(next.name)).map((name) => ({ name, parent: next.name })));
  }
  return loaded;
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
 * What each document is according to the role that may speak for it: the delegations are searched in pre-order, depth
 * first, and end at a terminating one (specification, 5.6.7). A document in a role to which its path was not delegated is
 * nobody's and is left out. Pure.
 */
export function documentsOf(trust: Trust, roles: readonly string[]): ReadonlyMap<string, TargetFile> {
  const names = new Set(roles.flatMap((name) => Object.keys(trust.role(name)?.signed.targets ?? {})));
  const found = new Map<string, TargetFile>();
  for (const name of [...names].sort()) {
    const target = search(trust, name);
    if (target) found.set(name, target);
  }
  return found;
}

function search(trust: Trust, document: string): TargetFile | undefined {
  const ahead = [{ name: 'targets', parent: 'root' }];
  const visited = new Set<string>();
  for (let next = ahead.pop(); next; next = ahead.pop()) {
    if (visited.has(next.name)) continue;
    visited.add(next.name);
    const role = trust.role(next.name);
    if (!role || !isSignedFor(trust, next.name, next.parent, role)) continue;
    const target = Object.hasOwn(role.signed.targets, document) ? role.signed.targets[document] : undefined;
    if (target) return target;
    const children: { name: string; parent: string }[] = [];
    for (const child of role.signed.delegations?.rolesForTarget(document) ?? []) {
      children.push({ name: child.role, parent: next.name });
      if (!child.terminating) continue;
      ahead.length = 0;
      break;
    }
    ahead.push(...children.reverse());
  }
  return undefined;
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
