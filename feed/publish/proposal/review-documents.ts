import type { Targets } from '@tufjs/models';
import { sha256 } from '../../digest.ts';
import { checkLogs, isLogName, type LoggedEntry, readLog, type Segments, segmentOf } from '../../log/index.ts';
import { isDocumentName } from '../stage.ts';

/** What becomes of a document. */
export interface DocumentChange {
  readonly kind: 'added' | 'changed' | 'removed';
  readonly name: string;
  /** As it will be; `undefined` when it is removed. */
  readonly sha256: string | undefined;
  /** SHA-256 as it was; `undefined` when it is new. */
  readonly before: string | undefined;
  readonly bytes: Buffer | undefined;
}

/** How the documents of a role change; each new one must be at hand. Pure. Throws an error that names one that is not. */
export function documentChanges(
  before: Targets | undefined,
  next: Targets,
  documents: ReadonlyMap<string, Buffer>,
): readonly DocumentChange[] {
  const [old, now] = [hashesOf(before), hashesOf(next)];
  const changes: DocumentChange[] = [];
  for (const [name, hash] of now) {
    const was = old.get(name);
    if (was === hash) continue;
    if (!isDocumentName(name) && !isLogName(name)) throw new Error(`${JSON.stringify(name)} cannot name a document`);
    const bytes = documents.get(hash);
    if (bytes?.length !== next.targets[name]?.length) throw new Error(`the document ${name} is not in it`);
    changes.push({ kind: was === undefined ? 'added' : 'changed', name, sha256: hash, before: was, bytes });
  }
  for (const [name, was] of old) {
    if (!now.has(name)) changes.push({ kind: 'removed', name, sha256: undefined, before: was, bytes: undefined });
  }
  return changes;
}

/** SHA-256 of everything that a role lists, by name. */
export function hashesOf(role: Targets | undefined): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(role?.targets ?? {}).map(([name, { hashes }]) => {
      if (hashes.sha256 === undefined) throw new Error(`${name} has no SHA-256`);
      return [name, hashes.sha256];
    }),
  );
}

/**
 * The entry that the proposal adds to the role's log; the log is checked to go on from what is out now and to say just what
 * is done. The segments that changed are at hand, so is every one that they continue. Throws an error that says why not.
 */
export function logEntriesOf(
  role: string,
  before: Targets | undefined,
  next: Targets,
  documents: ReadonlyMap<string, Buffer>,
): LoggedEntry {
  const entries = readLog(role, segmentsIn(role, next, documents));
  const old = before ? readLog(role, segmentsIn(role, before, documents)) : [];
  const [last, head] = [entries.at(-1), old.at(-1)];
  const seen = head ? [{ role, entries: head.number, hash: head.hash }] : [];
  const segments = segmentsIn(role, next, documents);
  const verdict = checkLogs(seen, [{ role, segments, documents: hashesOf(next) }]);
  if (!verdict.ok) throw new Error(verdict.reason);
  if (!last || entries.length !== old.length + 1 || last.version !== next.version) {
    throw new Error(`the log of ${role} does not gain one entry for version ${next.version}`);
  }
  return last;
}

/** The segments of a role's own log. */
function segmentsIn(role: string, targets: Targets, documents: ReadonlyMap<string, Buffer>): Segments {
  const segments = new Map<number, Buffer>();
  for (const [name, hash] of hashesOf(targets)) {
    if (!isLogName(name)) continue;
    const segment = segmentOf(name);
    const bytes = documents.get(hash);
    if (segment?.role !== role) throw new Error(`${role} holds ${name}, the log of another role`);
    if (!bytes || sha256(bytes) !== hash) throw new Error(`the segment ${name} of the log is not in it`);
    segments.set(segment.number, bytes);
  }
  return segments;
}
