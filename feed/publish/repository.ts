import path from 'node:path';
import type { Files } from '@stopgap/machine';
import { Metadata, MetadataKind, type Root, type Snapshot, type Targets, type Timestamp } from '@tufjs/models';
import { sha256 } from '../digest.ts';
import { FeedError } from '../errors.ts';
import type { FeedLayout } from './layout.ts';
import { metadataFileName, targetFileName } from './metadata.ts';
import { type FeedSettings, readReleased } from './settings.ts';

/** A metadata file as it is out, and its bytes. */
export interface PublishedFile<T extends Root | Targets> {
  readonly metadata: Metadata<T>;
  readonly bytes: Buffer;
}

/** What readers see now. */
export interface Published {
  readonly root: PublishedFile<Root>;
  readonly timestamp: Metadata<Timestamp>;
  readonly snapshot: Metadata<Snapshot>;
  readonly targets: PublishedFile<Targets>;
  /** `targets` and every role that it delegates to, by name. */
  readonly roles: ReadonlyMap<string, PublishedFile<Targets>>;
}

const maxBytes = 8 * 1024 * 1024;

/**
 * Reads the released version and checks it from the root that `feed.json` names down to the targets, just as a reader
 * would (but expired is fine: that is what a publication mends). Without this, whoever can write into the served folder
 * could slip a document in and have the next publication sign it. A newer root whose publication was cut short is taken
 * up where it is signed as it must be. Throws `feed-damaged`, `feed-unsigned`.
 */
export function readPublished(layout: FeedLayout, files: Files, settings: FeedSettings): Published {
  if (settings.root.version === 0) throw unsigned(layout);
  const read = (name: string) => readMetadata(layout, files, name);
  try {
    const roots = readRoots(layout, files, settings);
    const [root] = roots;
    if (!root) throw new Error('there is no root');
    const timestamp = Metadata.fromJSON(MetadataKind.Timestamp, parse(read('timestamp.json')));
    verifyOnline(roots, 'timestamp', timestamp);
    const snapshotMeta = timestamp.signed.snapshotMeta;
    const snapshotBytes = read(metadataFileName('snapshot', snapshotMeta.version));
    snapshotMeta.verify(snapshotBytes);
    const snapshot = Metadata.fromJSON(MetadataKind.Snapshot, parse(snapshotBytes));
    verifyOnline(roots, 'snapshot', snapshot);
    const targets = readRole('targets', snapshot, read);
    verifyOnline(roots, 'targets', targets.metadata);
    const roles = new Map([['targets', targets]]);
    for (const name of delegatedRoles(targets.metadata.signed)) {
      const role = readRole(name, snapshot, read);
      targets.metadata.verifyDelegate(name, role.metadata);
      roles.set(name, role);
    }
    refuseOlder(layout, files, timestamp.signed.version);
    return { root, timestamp, snapshot, targets, roles };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FeedError(
      'feed-damaged',
      `${layout.metadata} is not what this publisher released (${reason}); restore it from a copy`,
      error,
    );
  }
}

/** Names of the roles that targets delegates to, in their order. */
export function delegatedRoles(targets: Targets): readonly string[] {
  return Object.keys(targets.delegations?.roles ?? {});
}

/** A document that is out, checked against what its role says. Throws `feed-damaged`. */
export function readDocument(layout: FeedLayout, files: Files, role: Targets, name: string): Buffer | undefined {
  const hash = role.targets[name]?.hashes.sha256;
  if (hash === undefined) return undefined;
  const file = path.join(layout.targets, targetFileName(name, hash));
  const bytes = files.read(file, maxBytes)?.bytes;
  if (bytes && sha256(bytes) === hash) return bytes;
  throw new FeedError('feed-damaged', `${file} is missing or changed; restore it from a copy`);
}

/** The root that `feed.json` names, and those after it that were let out without it learning of them; newest first. */
function readRoots(layout: FeedLayout, files: Files, settings: FeedSettings): readonly PublishedFile<Root>[] {
  const bytes = readMetadata(layout, files, metadataFileName('root', settings.root.version));
  if (sha256(bytes) !== settings.root.sha256) throw new Error('the root is not the one that feed.json names');
  const roots = [{ bytes, metadata: Metadata.fromJSON(MetadataKind.Root, parse(bytes)) }];
  for (let [last] = roots; last; ) {
    const name = metadataFileName('root', last.metadata.signed.version + 1);
    const next = files.read(path.join(layout.metadata, name), maxBytes)?.bytes;
    if (!next) break;
    const metadata = Metadata.fromJSON(MetadataKind.Root, parse(next));
    last.metadata.verifyDelegate('root', metadata);
    metadata.verifyDelegate('root', metadata);
    if (metadata.signed.version !== last.metadata.signed.version + 1) throw new Error(`${name} is of another version`);
    last = { bytes: next, metadata };
    roots.unshift(last);
  }
  return roots;
}

/** The roots before a version, from the first, as they are out. Throws `feed-damaged` where one is missing. */
export function readOlderRoots(layout: FeedLayout, files: Files, version: number): readonly Buffer[] {
  return Array.from({ length: version - 1 }, (_one, index) => {
    const name = metadataFileName('root', index + 1);
    const state = files.read(path.join(layout.metadata, name), maxBytes);
    if (state) return state.bytes;
    throw new FeedError('feed-damaged', `${name} is missing in ${layout.metadata}; restore it from a copy or a mirror`);
  });
}

/** By the newest root, or by one before it where the publication of the newest was cut short. */
function verifyOnline(
  roots: readonly PublishedFile<Root>[],
  role: string,
  metadata: Metadata<Timestamp | Snapshot | Targets>,
) {
  const fits = roots.some(({ metadata: root }) => {
    try {
      root.verifyDelegate(role, metadata);
      return true;
    } catch {
      return false;
    }
  });
  if (!fits) throw new Error(`${role} is not signed by the keys that the root names`);
}

function readRole(name: string, snapshot: Metadata<Snapshot>, read: (name: string) => Buffer): PublishedFile<Targets> {
  const meta = snapshot.signed.meta[`${name}.json`];
  if (!meta) throw new Error(`the snapshot does not name ${name}.json`);
  const bytes = read(metadataFileName(name, meta.version));
  meta.verify(bytes);
  return { bytes, metadata: Metadata.fromJSON(MetadataKind.Targets, parse(bytes)) };
}

function refuseOlder(layout: FeedLayout, files: Files, version: number): void {
  const { timestamp } = readReleased(layout, files);
  if (version < timestamp) throw new Error(`timestamp.json is version ${version}, but ${timestamp} was released`);
}

function readMetadata(layout: FeedLayout, files: Files, name: string): Buffer {
  const state = files.read(path.join(layout.metadata, name), maxBytes);
  if (!state) throw new Error(`${name} is missing`);
  return state.bytes;
}

function parse(bytes: Buffer) {
  return JSON.parse(bytes.toString('utf8'));
}

/** The error for a feed of which nothing is out yet. */
export function unsigned(layout: FeedLayout): FeedError {
  return new FeedError(
    'feed-unsigned',
    `the first version of the feed in ${layout.folder} awaits signatures, or making it was cut off; see: stopgap feed status ${layout.folder}, or begin again with: stopgap feed init`,
  );
}

/** The root that readers are enrolled with: the newest, as served. Throws `feed-missing`, `feed-damaged`, `feed-unsigned`. */
export function newestRoot(layout: FeedLayout, files: Files, settings: FeedSettings): Uint8Array {
  if (settings.root.version === 0) throw unsigned(layout);
  const name = metadataFileName('root', settings.root.version);
  const state = files.read(path.join(layout.metadata, name), maxBytes);
  if (!state || sha256(state.bytes) !== settings.root.sha256) {
    throw new FeedError(
      'feed-damaged',
      `${name} in ${layout.metadata} is not the root that feed.json names; restore it from a copy`,
    );
  }
  return state.bytes;
}
