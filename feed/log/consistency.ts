import type { LoggedEntry } from './entry.ts';
import { isLogName, readLog, type Segments, segmentOf } from './segments.ts';

/** The end of a role's log as it was seen: how many entries, and the hash of the last. */
export interface LogHead {
  readonly role: string;
  readonly entries: number;
  readonly hash: string;
}

/** A role as it is offered now. */
export interface LoggedRole {
  readonly role: string;
  readonly segments: Segments;
  /** SHA-256 by name of everything that the role lists, its log included. */
  readonly documents: ReadonlyMap<string, string>;
}

export type Consistency =
  | { readonly ok: true; readonly heads: readonly LogHead[] }
  /** `forked`: history was rewritten. `broken`: the log does not fit together, or not with the documents. */
  | { readonly ok: false; readonly kind: 'forked' | 'broken'; readonly reason: string };

/**
 * Whether the logs offered now continue the ones that were seen, and say just what the roles hold. A role that never had a
 * log need not have one; one that had must go on with it. Pure.
 */
export function checkLogs(seen: readonly LogHead[], offered: readonly LoggedRole[]): Consistency {
  const heads = new Map(seen.map((head) => [head.role, head]));
  for (const role of offered) {
    const before = heads.get(role.role);
    const foreign = foreignLog(role);
    if (foreign !== undefined) return { ok: false, kind: 'broken', reason: foreign };
    if (role.segments.size === 0 && before === undefined) continue;
    let entries: readonly LoggedEntry[];
    try {
      entries = readLog(role.role, role.segments);
    } catch (error) {
      return { ok: false, kind: 'broken', reason: error instanceof Error ? error.message : String(error) };
    }
    const fork = forkOf(before, entries);
    if (fork !== undefined) return { ok: false, kind: 'forked', reason: fork };
    const gap = gapBetween(entries, role);
    if (gap !== undefined) return { ok: false, kind: 'broken', reason: gap };
    const last = entries.at(-1);
    if (last) heads.set(role.role, { role: role.role, entries: last.number, hash: last.hash });
  }
  return { ok: true, heads: [...heads.values()] };
}

/** Why the entries do not continue the head that was seen; `undefined`: they do. */
export function forkOf(seen: LogHead | undefined, entries: readonly LoggedEntry[]): string | undefined {
  if (!seen) return undefined;
  const same = entries[seen.entries - 1];
  if (!same) {
    return `the log of ${seen.role} had ${seen.entries} entries and has ${entries.length} now`;
  }
  if (same.hash === seen.hash) return undefined;
  return `entry ${seen.entries} of the log of ${seen.role} was ${short(seen.hash)} and is ${short(same.hash)} now`;
}

/** The documents that a log leads to, by name with their SHA-256. */
export function replay(entries: readonly LoggedEntry[]): ReadonlyMap<string, string> {
  const documents = new Map<string, string>();
  for (const { changes } of entries) {
    for (const { name, sha256 } of changes) {
      if (sha256 === undefined) documents.delete(name);
      else documents.set(name, sha256);
    }
  }
  return documents;
}

/**
 * TUF does not say in a delegated role's metadata which role it is. Who holds a key in two roles signs, in form, for both; the
 * log tells them apart.
 */
function foreignLog({ role, documents }: LoggedRole): string | undefined {
  const name = [...documents.keys()].find((one) => (segmentOf(one)?.role ?? role) !== role);
  return name === undefined ? undefined : `${role} holds ${name}, the log of another role: it was signed as that one`;
}

/** A document that came or went without an entry. */
function gapBetween(entries: readonly LoggedEntry[], { role, documents }: LoggedRole): string | undefined {
  const logged = replay(entries);
  const held = new Map([...documents].filter(([name]) => !isLogName(name)));
  for (const [name, hash] of held) {
    if (logged.get(name) !== hash) return `${role} holds ${name}, which its log does not know in this form`;
  }
  const gone = [...logged.keys()].find((name) => !held.has(name));
  return gone === undefined ? undefined : `the log of ${role} knows ${gone}, which ${role} does not hold`;
}

function short(hash: string): string {
  return hash.slice(0, 16);
}
