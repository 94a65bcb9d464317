import path from 'node:path';
import type { Clock, Files } from '@stopgap/machine';
import type { Metadata, Root, Targets } from '@tufjs/models';
import { sha256 } from '../digest.ts';
import { FeedError } from '../errors.ts';
import type { RoleName } from '../roles.ts';
import { sweepFolder } from '../sweep.ts';
import type { FeedLayout } from './layout.ts';
import {
  type AnyMetadata,
  addSignatures,
  type Edition,
  metadataBytes,
  metadataFileName,
  metaFile,
  snapshotMetadata,
  targetFileName,
  timestampMetadata,
} from './metadata.ts';
import { type FeedSettings, readReleased, writeReleased } from './settings.ts';
import type { KeyRing } from './unlock.ts';

/** Everything a release works with. */
export interface Press {
  readonly layout: FeedLayout;
  readonly files: Files;
  readonly clock: Clock;
  readonly settings: FeedSettings;
  readonly root: Metadata<Root>;
  readonly keys: KeyRing;
  /** Versions from here on are at least this. */
  readonly leastVersion?: number | undefined;
}

/** What a release let out. */
export interface Release {
  readonly timestamp: number;
  readonly signedAt: number;
  /** When the first of the new signatures runs out, ms since the epoch. */
  readonly expiresAt: number;
}

/** A metadata file ready to be written. */
export interface SignedFile {
  readonly role: RoleName;
  readonly version: number;
  readonly expiresAt: number;
  readonly bytes: Buffer;
}

/**
 * Signs and serialises, and checks the result as a reader would, so that a publisher's mistake is found here. Throws
 * `key-missing` when the signatures do not reach the threshold.
 */
export async function signFile(press: Press, role: RoleName, metadata: AnyMetadata): Promise<SignedFile> {
  await addSignatures(metadata, await press.keys.signersFor(press.root.signed, role));
  try {
    press.root.verifyDelegate(role, metadata);
  } catch (error) {
    throw new FeedError('key-missing', `the signatures on ${role} do not satisfy the root; check the keys`, error);
  }
  const { version, expires } = metadata.signed;
  return { role, version, expiresAt: Date.parse(expires), bytes: metadataBytes(metadata) };
}

/** The edition after `current`: never a number that a file already bears, even one whose release was cut short. */
export function nextEdition(press: Press, role: RoleName, current: number): Edition {
  let version = Math.max(current + 1, press.leastVersion ?? 1);
  while (role !== 'timestamp' && press.files.read(metadataPath(press.layout, role, version)) !== undefined)
    version += 1;
  return { version, expiresAt: press.clock.now() + press.settings.expiryDays[role] * 86_400_000 };
}

/** Writes the documents; their names hold their hashes, so what is there already is never touched. */
export function writeDocuments(press: Press, documents: ReadonlyMap<string, Uint8Array>): void {
  for (const [name, bytes] of documents) {
    const file = path.join(press.layout.targets, targetFileName(name, sha256(bytes)));
    if (press.files.read(file)?.bytes.equals(bytes)) continue;
    press.files.makeFolder(path.dirname(file), 0o755);
    sweepFolder(path.dirname(file), press.files);
    press.files.write(file, bytes, { mode: 0o644 });
  }
}

/**
 * Lets a version out: everything it refers to is on the disk before `timestamp.json` is replaced, which is the one
 * instant at which readers change from the old version to the new one (specification, section 6.2).
 */
export async function release(
  press: Press,
  versions: { readonly timestamp: number; readonly snapshot: number },
  targets: Metadata<Targets> | SignedFile,
): Promise<Release> {
  const signedAt = timeOfSigning(press);
  const targetsFile = 'bytes' in targets ? targets : await signFile(press, 'targets', targets);
  const named = new Map([['targets.json', metaFile(targetsFile.version, targetsFile.bytes)]]);
  const snapshotEdition = nextEdition(press, 'snapshot', versions.snapshot);
  const snapshot = await signFile(press, 'snapshot', snapshotMetadata(snapshotEdition, named));
  const timestampEdition = nextEdition(press, 'timestamp', versions.timestamp);
  const snapshotMeta = metaFile(snapshot.version, snapshot.bytes);
  const timestamp = await signFile(press, 'timestamp', timestampMetadata(timestampEdition, snapshotMeta, signedAt));
  for (const file of [targetsFile, snapshot, timestamp]) writeMetadata(press, file);
  writeReleased(press.layout, press.files, { timestamp: timestamp.version, signedAt });
  const expiresAt = Math.min(targetsFile.expiresAt, snapshot.expiresAt, timestamp.expiresAt);
  return { timestamp: timestamp.version, signedAt, expiresAt };
}

/** Writes one metadata file, unless it is there already. */
export function writeMetadata(press: Pick<Press, 'layout' | 'files'>, file: SignedFile): void {
  const name = metadataPath(press.layout, file.role, file.version);
  if (press.files.read(name)?.bytes.equals(file.bytes)) return;
  press.files.write(name, file.bytes, { mode: 0o644 });
}

function metadataPath(layout: FeedLayout, role: RoleName, version: number): string {
  return path.join(layout.metadata, metadataFileName(role, version));
}

/** Readers take the signing time as proof that it is at least that late, so a publisher's clock must not go back. */
function timeOfSigning(press: Press): number {
  const now = press.clock.now();
  const { signedAt } = readReleased(press.layout, press.files);
  if (now < signedAt) {
    throw new FeedError(
      'clock-behind',
      `this machine's clock says ${new Date(now).toISOString()}, but the last release was signed at ${new Date(signedAt).toISOString()}; set the clock`,
    );
  }
  return now;
}
