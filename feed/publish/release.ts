import path from 'node:path';
import type { Clock, Files } from '@stopgap/machine';
import type { Metadata, Root } from '@tufjs/models';
import { sha256 } from '../digest.ts';
import { FeedError } from '../errors.ts';
import { type RoleName, roleNames } from '../roles.ts';
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
import type { Published } from './repository.ts';
import { type FeedSettings, readReleased, writeReleased } from './settings.ts';
import type { KeyRing, Quorum } from './unlock.ts';

/** Everything a release works with. */
export interface Press {
  readonly layout: FeedLayout;
  readonly files: Files;
  readonly clock: Clock;
  readonly settings: FeedSettings;
  /**
   * Roots whose keys sign snapshot and timestamp. The first one's must; those of a further one, which readers may still
   * hold, sign as far as their keys are here.
   */
  readonly roots: readonly Metadata<Root>[];
  readonly keys: KeyRing;
  /** Readers forget when the last release was signed: then a clock that was ahead at the time may be right again. */
  readonly forgotten?: boolean;
  /** Versions from here on are at least this. */
  readonly leastVersion?: number | undefined;
}

/** What a release let out. */
export interface Release {
  readonly timestamp: number;
  readonly signedAt: number;
  /** When the first of the signatures that are out runs out, ms since the epoch. */
  readonly expiresAt: number;
}

/** A metadata file ready to be written. */
export interface SignedFile {
  readonly role: string;
  readonly version: number;
  readonly expiresAt: number;
  readonly bytes: Buffer;
}

/** A metadata file with its signatures. */
export function signedFile(role: string, metadata: AnyMetadata): SignedFile {
  const { version, expires } = metadata.signed;
  return { role, version, expiresAt: Date.parse(expires), bytes: metadataBytes(metadata) };
}

/** Whose signatures a root asks for. Throws `feed-damaged` where it does not name the role. */
export function quorumOf(root: Root, role: RoleName): Quorum {
  const found = root.roles[role];
  if (!found) throw new FeedError('feed-damaged', `the root does not name the role ${role}`);
  return { role, keyIds: found.keyIDs, threshold: found.threshold };
}

/**
 * Signs and serialises, and checks the result as a reader would, so that a publisher's mistake is found here. Throws
 * `key-missing` when the signatures do not reach the threshold.
 */
async function signOnline(press: Press, role: 'snapshot' | 'timestamp', metadata: AnyMetadata): Promise<SignedFile> {
  for (const [index, { signed }] of press.roots.entries()) {
    const quorum = quorumOf(signed, role);
    await addSignatures(metadata, await (index === 0 ? press.keys.signersFor(quorum) : press.keys.available(quorum)));
  }
  try {
    press.roots[0]?.verifyDelegate(role, metadata);
  } catch (error) {
    throw new FeedError('key-missing', `the signatures on ${role} do not satisfy the root; check the keys`, error);
  }
  return signedFile(role, metadata);
}

/** The edition after `current`: never a number that a file already bears, even one whose release was cut short. */
export function nextEdition(
  press: Pick<Press, 'layout' | 'files' | 'clock' | 'settings' | 'leastVersion'>,
  role: string,
  current: number,
): Edition {
  let version = Math.max(current + 1, press.leastVersion ?? 1);
  while (role !== 'timestamp' && press.files.read(metadataPath(press.layout, role, version)) !== undefined)
    version += 1;
  const days = press.settings.expiryDays[roleNames.find((name) => name === role) ?? 'targets'];
  return { version, expiresAt: press.clock.now() + days * 86_400_000 };
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
 * instant at which readers change from the old version to the new one (specification, section 6.2). `roles` are the files
 * of targets and delegated roles that are new; the others stay as `before` has them. A role once named in a snapshot is
 * named in all later ones (section 5.5.5).
 */
export async function release(
  press: Press,
  before: Pick<Published, 'timestamp' | 'snapshot' | 'roles'> | undefined,
  roles: readonly SignedFile[],
): Promise<Release> {
  const signedAt = timeOfSigning(press);
  const named = new Map(Object.entries(before?.snapshot.signed.meta ?? {}));
  for (const { role, version, bytes } of roles) named.set(`${role}.json`, metaFile(version, bytes));
  const snapshotEdition = nextEdition(press, 'snapshot', before?.snapshot.signed.version ?? 0);
  const snapshot = await signOnline(press, 'snapshot', snapshotMetadata(snapshotEdition, named));
  const timestampEdition = nextEdition(press, 'timestamp', before?.timestamp.signed.version ?? 0);
  const snapshotMeta = metaFile(snapshot.version, snapshot.bytes);
  const timestamp = await signOnline(press, 'timestamp', timestampMetadata(timestampEdition, snapshotMeta, signedAt));
  for (const file of [...roles, snapshot, timestamp]) writeMetadata(press, file);
  writeReleased(press.layout, press.files, { timestamp: timestamp.version, signedAt });
  const unchanged = [...(before?.roles ?? [])].filter(([name]) => !roles.some(({ role }) => role === name));
  const stillOut = unchanged.map(([, { metadata }]) => Date.parse(metadata.signed.expires));
  const expiresAt = Math.min(...stillOut, ...[...roles, snapshot, timestamp].map((file) => file.expiresAt));
  return { timestamp: timestamp.version, signedAt, expiresAt };
}

/** Writes one metadata file, unless it is there already. */
export function writeMetadata(press: Pick<Press, 'layout' | 'files'>, file: SignedFile): void {
  const name = metadataPath(press.layout, file.role, file.version);
  if (press.files.read(name)?.bytes.equals(file.bytes)) return;
  press.files.write(name, file.bytes, { mode: 0o644 });
}

function metadataPath(layout: FeedLayout, role: string, version: number): string {
  return path.join(layout.metadata, metadataFileName(role, version));
}

/** Readers take the signing time as proof that it is at least that late, so a publisher's clock must not go back while they remember. */
function timeOfSigning(press: Press): number {
  const now = press.clock.now();
  const { signedAt } = readReleased(press.layout, press.files);
  if (now < signedAt && !press.forgotten) {
    throw new FeedError(
      'clock-behind',
      `this machine's clock says ${new Date(now).toISOString()}, but the last release was signed at ${new Date(signedAt).toISOString()}; set the clock; where it was ahead at the time, have readers forget that: stopgap feed rotate ${press.layout.folder} --new-key timestamp`,
    );
  }
  return now;
}
