import path from 'node:path';
import { type Files, systemFiles } from '@stopgap/machine';
import { Metadata, MetadataKind, type Root } from '@tufjs/models';
import { sha256 } from '../digest.ts';
import { FeedError } from '../errors.ts';
import { checkLogs, type LoggedEntry, readLog } from '../log/index.ts';
import { feedLayout } from './layout.ts';
import { metadataFileName } from './metadata.ts';
import { segmentsOf } from './proposal/draft-role.ts';
import { hashesOf } from './proposal/review-documents.ts';
import { rootChanges } from './proposal/review-roles.ts';
import { readPublished } from './repository.ts';
import { readSettings } from './settings.ts';

/** The log of one role, whole and checked. */
export interface RoleLog {
  readonly role: string;
  readonly entries: readonly LoggedEntry[];
}

/**
 * The logs of all roles: their chains are followed, and they must lead to just the documents that the roles hold. A role of a
 * feed from before there were logs has none until its next publication. Throws `log-broken`, `feed-missing`,
 * `feed-damaged`, `feed-unsigned`.
 */
export function feedLogs(folder: string, files: Files = systemFiles): readonly RoleLog[] {
  const layout = feedLayout(folder);
  const { roles } = readPublished(layout, files, readSettings(layout, files));
  const logs = [...roles].map(([role, { metadata }]) => {
    const segments = segmentsOf(role, metadata.signed, { layout, files });
    return { role, segments, documents: hashesOf(metadata.signed) };
  });
  const verdict = checkLogs([], logs);
  if (!verdict.ok) {
    throw new FeedError('log-broken', `${verdict.reason}; restore ${folder} from a copy or from a mirror`);
  }
  return logs.map(({ role, segments }) => ({ role, entries: readLog(role, segments) }));
}

/** A root that was let out, and how it differs from the one before, in sentences. */
export interface RootEntry {
  readonly version: number;
  readonly sha256: string;
  readonly changes: readonly string[];
  /** Holders who signed it. */
  readonly signed: readonly string[];
}

/**
 * Every root of the feed, from the first: they are a log of their own, each signed by the one before. Throws `log-broken`,
 * `feed-missing`, `feed-damaged`, `feed-unsigned`.
 */
export function feedRoots(folder: string, files: Files = systemFiles): readonly RootEntry[] {
  const layout = feedLayout(folder);
  const settings = readSettings(layout, files);
  const newest = readPublished(layout, files, settings).root.metadata.signed.version;
  const names = new Map(settings.holders.map(({ holder, keyId }) => [keyId, holder]));
  const entries: RootEntry[] = [];
  let before: Metadata<Root> | undefined;
  for (let version = 1; version <= newest; version += 1) {
    const bytes = files.read(path.join(layout.metadata, metadataFileName('root', version)))?.bytes;
    const root = bytes && rootAfter(before, bytes);
    if (!root) {
      throw new FeedError(
        'log-broken',
        `root ${version} is missing or not signed by the one before; restore ${folder} from a copy`,
      );
    }
    const signed = Object.keys(root.signatures)
      .map((id) => names.get(id) ?? id.slice(0, 8))
      .sort();
    entries.push({ version, sha256: sha256(bytes), changes: rootChanges(before?.signed, root.signed, names), signed });
    before = root;
  }
  return entries;
}

/** The root in these bytes, where it follows the one before; the first stands for itself. */
function rootAfter(before: Metadata<Root> | undefined, bytes: Buffer): Metadata<Root> | undefined {
  try {
    const root = Metadata.fromJSON(MetadataKind.Root, JSON.parse(bytes.toString('utf8')));
    (before ?? root).verifyDelegate('root', root);
    root.verifyDelegate('root', root);
    return root.signed.version === (before?.signed.version ?? 0) + 1 ? root : undefined;
  } catch {
    return undefined;
  }
}
