import type { Metadata, TargetFile, Targets } from '@tufjs/models';
import { sha256 } from '../../digest.ts';
import { append, isLogName, type LogChange, readLog, type Segments, segmentName, segmentOf } from '../../log/index.ts';
import { type Edition, targetFile } from '../metadata.ts';
import { type Published, readDocument } from '../repository.ts';
import type { Staged } from '../stage.ts';
import type { Drafting } from './draft.ts';
import type { KeyPlan } from './key-plan.ts';
import { nextTargets } from './next-metadata.ts';
import { delegationChanges } from './review-roles.ts';
import { roleFor } from './role-for.ts';

/** What a role would become. */
export interface RoleDraft {
  readonly role: string;
  readonly metadata: Metadata<Targets>;
  /** By SHA-256: documents that are new, what they take the place of, and the whole log. */
  readonly documents: ReadonlyMap<string, Buffer>;
  /** How many documents change. */
  readonly changes: number;
}

/** A role as it stands, and what it shall delegate to. */
interface Standing {
  readonly role: string;
  readonly published: Targets | undefined;
  readonly delegations: KeyPlan;
  readonly all: Published | undefined;
  /** All roles that targets will delegate to. */
  readonly delegates: KeyPlan;
}

/** Applies what is staged for the role, and adds the entry to its log. */
export function draftRole(
  standing: Standing,
  staged: Staged | undefined,
  edition: () => Edition,
  at: Drafting,
): RoleDraft {
  const { role, published, delegations } = standing;
  const before: Readonly<Record<string, TargetFile>> = published?.targets ?? {};
  const next = new Map(Object.entries(before));
  const documents = new Map<string, Buffer>();
  const mine = (name: string) => roleFor(name, standing.all, standing.delegates) === role;
  for (const name of staged?.remove ?? []) if (mine(name)) next.delete(name);
  for (const [name, bytes] of staged?.add ?? []) {
    const target = targetFile(name, bytes);
    if (!mine(name) || next.get(name)?.equals(target)) continue;
    const old = published && readDocument(at.layout, at.files, published, name);
    if (old) documents.set(sha256(old), old);
    next.set(name, target);
    documents.set(sha256(bytes), Buffer.from(bytes));
  }
  const { version, expiresAt } = edition();
  const changes = changesBetween(before, next);
  const bare = nextTargets({ version, expiresAt }, {}, delegations);
  const says = delegationChanges(
    published,
    bare.signed,
    new Map(at.settings.holders.map((one) => [one.keyId, one.holder])),
  );
  const segments = segmentsOf(role, published, at);
  const entries = readLog(role, segments);
  const all = entries.length === 0 ? changesBetween({}, next) : changes;
  const grown = append(segments, entries, { role, version, at: at.clock.now(), says, changes: all });
  next.set(segmentName(role, grown.number), targetFile(segmentName(role, grown.number), grown.bytes));
  for (const bytes of [...segments.values(), grown.bytes]) documents.set(sha256(bytes), bytes);
  const metadata = nextTargets({ version, expiresAt }, Object.fromEntries(next), delegations);
  return { role, metadata, documents, changes: changes.length };
}

function changesBetween(
  before: Readonly<Record<string, TargetFile>>,
  next: ReadonlyMap<string, TargetFile>,
): readonly LogChange[] {
  const changes: LogChange[] = [];
  for (const [name, target] of next) {
    const same = Object.hasOwn(before, name) && before[name]?.equals(target);
    if (!same && !isLogName(name)) changes.push({ name, sha256: target.hashes.sha256, length: target.length });
  }
  for (const name of Object.keys(before)) if (!next.has(name)) changes.push({ name });
  return changes;
}

/** The role's log as it is out. Throws `feed-damaged`. */
export function segmentsOf(
  role: string,
  published: Targets | undefined,
  at: Pick<Drafting, 'layout' | 'files'>,
): Segments {
  const segments = new Map<number, Buffer>();
  for (const name of Object.keys(published?.targets ?? {})) {
    const segment = segmentOf(name);
    const bytes = segment?.role === role && published && readDocument(at.layout, at.files, published, name);
    if (segment && bytes) segments.set(segment.number, bytes);
  }
  return segments;
}
