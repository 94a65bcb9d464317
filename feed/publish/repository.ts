import path from 'node:path';
import type { Files } from '@stopgap/machine';
import { Metadata, MetadataKind, type Root, type Snapshot, type Targets, type Timestamp } from '@tufjs/models';
import { sha256 } from '../digest.ts';
import { FeedError } from '../errors.ts';
import type { FeedLayout } from './layout.ts';
import { metadataFileName } from './metadata.ts';
import { type FeedSettings, readReleased } from './settings.ts';

/** What readers see now. */
export interface Published {
  readonly root: Metadata<Root>;
  readonly timestamp: Metadata<Timestamp>;
  readonly snapshot: Metadata<Snapshot>;
  readonly targets: Metadata<Targets>;
}

const maxBytes = 8 * 1024 * 1024;

/**
 * Reads the released version and checks it from the root that `feed.json` names down to the targets, just as a reader
 * would (but expired is fine: that is what a publication mends). Without this, whoever can write into the served folder
 * could slip a document in and have the next publication sign it. Throws `feed-damaged`.
 */
export function readPublished(layout: FeedLayout, files: Files, settings: FeedSettings): Published {
  const read = (name: string) => readMetadata(layout, files, name);
  try {
    const rootBytes = read(metadataFileName('root', settings.root.version));
    if (sha256(rootBytes) !== settings.root.sha256) throw new Error('the root is not the one that feed.json names');
    const root = Metadata.fromJSON(MetadataKind.Root, parse(rootBytes));
    const timestamp = Metadata.fromJSON(MetadataKind.Timestamp, parse(read('timestamp.json')));
    root.verifyDelegate('timestamp', timestamp);
    const snapshotMeta = timestamp.signed.snapshotMeta;
    const snapshotBytes = read(metadataFileName('snapshot', snapshotMeta.version));
    snapshotMeta.verify(snapshotBytes);
    const snapshot = Metadata.fromJSON(MetadataKind.Snapshot, parse(snapshotBytes));
    root.verifyDelegate('snapshot', snapshot);
    const targetsMeta = snapshot.signed.meta['targets.json'];
    if (!targetsMeta) throw new Error('the snapshot does not name targets.json');
    const targetsBytes = read(metadataFileName('targets', targetsMeta.version));
    targetsMeta.verify(targetsBytes);
    const targets = Metadata.fromJSON(MetadataKind.Targets, parse(targetsBytes));
    root.verifyDelegate('targets', targets);
    refuseOlder(layout, files, timestamp.signed.version);
    return { root, timestamp, snapshot, targets };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FeedError(
      'feed-damaged',
      `${layout.metadata} is not what this publisher released (${reason}); restore it from a copy`,
      error,
    );
  }
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

/** The root that readers are enrolled with: the newest, as served. Throws `feed-missing` and `feed-damaged`. */
export function newestRoot(layout: FeedLayout, files: Files, settings: FeedSettings): Uint8Array {
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
