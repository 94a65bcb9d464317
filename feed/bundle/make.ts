import path from 'node:path';
import { type Clock, type Files, silentLog, systemClock, systemFiles } from '@stopgap/machine';
import { fetchDocuments } from '../consume/documents.ts';
import type { FeedFiles } from '../consume/fetch.ts';
import { scratchOver, type TrustFolder } from '../consume/folder.ts';
import { defaultLimits } from '../consume/limits.ts';
import { documentsOf } from '../consume/roles.ts';
import { withinCaps } from '../consume/sound.ts';
import { openTrust, signedAt } from '../consume/trust.ts';
import { updateWhole } from '../consume/update.ts';
import { FeedError } from '../errors.ts';
import { isLogName } from '../log/index.ts';
import { Trouble, troubleOf } from '../trouble.ts';
import { writeBundle } from './format.ts';

/** What to make a bundle of. */
export interface BundleOptions {
  /** The root to start from; readers enrolled with it or a later one can follow. Default: the oldest in the repository. */
  readonly root?: Uint8Array;
  readonly files?: Files;
  readonly clock?: Clock;
}

/** A bundle that was made, and what is in it. */
export interface BundleMade {
  readonly bytes: Buffer;
  /** Version of the feed's targets. */
  readonly version: number;
  readonly roots: { readonly from: number; readonly to: number };
  readonly documents: number;
  /** Ms since the epoch. */
  readonly made: number;
  readonly signedAt: number | undefined;
  /** When the first of its signatures runs out, ms since the epoch. */
  readonly expiresAt: number;
}

/**
 * Makes a bundle of a repository on disk: a feed's folder, or a copy of what it serves. It is read as a server would read
 * it, and what was read is what is put in; a repository that no server would take is refused. Throws `FeedError`
 * `feed-missing` or `feed-damaged`.
 */
export async function makeBundle(folder: string, options: BundleOptions = {}): Promise<BundleMade> {
  const { files: disk = systemFiles, clock = systemClock } = options;
  const repository = repositoryIn(folder, disk);
  const taken = new Map<string, Buffer>();
  const files = recording(repository, disk, taken);
  const now = clock.now();
  try {
    const enrolledRoot = options.root ?? (await files.get('metadata/1.root.json', defaultLimits.rootBytes));
    const limits = { ...defaultLimits, rootRotations: 10_000 };
    const scratch = withoutDocuments(scratchOver(nothing));
    const updated = await updateWhole({ files, folder: scratch, limits, log: silentLog, now, enrolledRoot }, undefined);
    const { trust, roles } = updated;
    for (const trouble of withinCaps(updated, limits).held.values()) throw trouble;
    const { consistentSnapshot, version: to } = trust.root.signed;
    const documents = await fetchDocuments(files, scratch, limits, documentsOf(trust, updated), consistentSnapshot);
    const all = [trust.root, trust.timestamp, trust.snapshot, ...roles.map((role) => trust.role(role))];
    return {
      bytes: writeBundle({ made: now, files: taken }),
      version: trust.role('targets')?.signed.version ?? 0,
      roots: { from: openTrust(enrolledRoot).root.signed.version, to },
      documents: documents.filter(({ name }) => !isLogName(name)).length,
      made: now,
      signedAt: trust.timestamp && signedAt(trust.timestamp),
      expiresAt: Math.min(...all.map((metadata) => Date.parse(metadata?.signed.expires ?? ''))),
    };
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    throw new FeedError('feed-damaged', `no bundle can be made of ${folder}: ${troubleOf(error).reason}`, error);
  }
}

/** Two documents may have the same bytes; each has to be read, so that each is put in. */
function withoutDocuments(folder: TrustFolder): TrustFolder {
  return { ...folder, read: (name, most) => (name.startsWith('documents/') ? undefined : folder.read(name, most)) };
}

/** The publisher's folder has the repository in it; a mirror is one. */
function repositoryIn(folder: string, files: Files): string {
  for (const candidate of [path.join(folder, 'repository'), folder]) {
    if (files.read(path.join(candidate, 'metadata', 'timestamp.json'))) return candidate;
  }
  throw new FeedError('feed-missing', `${folder} holds no feed: metadata/timestamp.json is missing there`);
}

function recording(repository: string, disk: Files, taken: Map<string, Buffer>): FeedFiles {
  const find = async (name: string, maxBytes: number) => {
    const place = path.join(repository, ...name.split('/').map(decodeURIComponent));
    const bytes = place.startsWith(repository + path.sep) ? disk.read(place, maxBytes)?.bytes : undefined;
    if (bytes) taken.set(name, bytes);
    return bytes;
  };
  const get = async (name: string, maxBytes: number) => {
    const bytes = await find(name, maxBytes);
    if (bytes) return bytes;
    throw new Trouble('content', `${name} is missing in ${repository}`);
  };
  return {
    find,
    get,
    timestamp: async (most) => ({ bytes: await get('metadata/timestamp.json', most), tag: undefined }),
  };
}

const nothing = {
  read: () => undefined,
  write: () => {},
  remove: () => {},
  documents: () => [],
  tidy: () => {},
};
