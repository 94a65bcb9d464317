import type { Log } from '@stopgap/machine';
import type { MetaFile } from '@tufjs/models';
import { Trouble } from '../trouble.ts';
import type { FeedFiles } from './fetch.ts';
import { forgetFloor, raiseFloor, readFloor } from './floor.ts';
import type { TrustFolder } from './folder.ts';
import type { FeedLimits } from './limits.ts';
import { expired } from './refusal.ts';
import { type LoadedRoles, type LoadRole, loadRoles, RoleHeld } from './roles.ts';
import { openTrust, signedAt, type Trust } from './trust.ts';

/** What an update works with. */
export interface UpdateDeps {
  readonly files: FeedFiles;
  readonly folder: TrustFolder;
  readonly limits: FeedLimits;
  readonly log: Log;
  /** The machine's time, ms since the epoch. */
  readonly now: number;
  /** Given at enrolment. */
  readonly enrolledRoot: Uint8Array;
  /**
   * Milliseconds for which timestamp and snapshot may have expired already, for offline bundles; never below the floor of the
   * clock. Root and targets are judged by the time itself. Default 0.
   */
  readonly allowanceMs?: number;
}

/** Metadata brought up to date. */
export interface Updated extends LoadedRoles {
  readonly trust: Trust;
}

/**
 * Brings all metadata up to date, delegated roles included, and learns the time from it. `offered` is a timestamp that was
 * just fetched. Throws `Trouble`; what was current stays current.
 */
export async function updateMetadata(deps: UpdateDeps, offered: Uint8Array | undefined): Promise<Updated> {
  const { trust, load } = await updateTopLevel(deps, offered);
  const loaded = await loadRoles(trust, load, deps.limits.delegations);
  learnTime(deps, trust, loaded.roles);
  return { trust, ...loaded };
}

/** The same, where a role that would be left out ends it: what is made of the whole must be whole. Throws `Trouble`. */
export async function updateWhole(deps: UpdateDeps, offered: Uint8Array | undefined): Promise<Updated> {
  const updated = await updateMetadata(deps, offered);
  for (const trouble of updated.held.values()) throw trouble;
  return updated;
}

/**
 * Brings the top-level metadata up to date in the order of the specification's section 5.3 to 5.6. Every file is kept on
 * disk as soon as it was verified, even when a later one then fails: a new root must not be forgotten (5.3.8), and a newer
 * timestamp must go on protecting against older ones (5.4.5). Answers with what loads a delegated role. Throws `Trouble`.
 */
export async function updateTopLevel(
  deps: UpdateDeps,
  offered: Uint8Array | undefined,
): Promise<{ readonly trust: Trust; readonly load: LoadRole }> {
  const trust = openTrust(trustedRoot(deps));
  const rotated = await followRoots(deps, trust);
  const time = recallTimestamp(deps, trust);
  // A timestamp fetched before the root changed may be by keys that were just replaced.
  const fetched = rotated ? undefined : offered;
  takeTimestamp(deps, trust, fetched ?? (await deps.files.get('metadata/timestamp.json', deps.limits.timestampBytes)));
  await takeSnapshot(deps, trust);
  const load: LoadRole = async (name, parent) => {
    await takeRole(deps, trust, name, parent);
    const expires = trust.role(name)?.signed.expires ?? '';
    if (Date.parse(expires) <= time) throw held(name, expired(name, expires));
  };
  await load('targets', 'root');
  return { trust, load };
}

/** The newest root we verified; the enrolled one when there is none, it is damaged, or somebody enrolled anew. */
function trustedRoot({ folder, limits, enrolledRoot, log }: UpdateDeps): Uint8Array {
  const enrolled = Buffer.from(enrolledRoot);
  const before = folder.read('enrolled.json', limits.rootBytes);
  const kept = folder.read('root.json', limits.rootBytes);
  if (before?.equals(enrolled) && kept) {
    try {
      openTrust(kept);
      return kept;
    } catch {
      log.warn('the root on disk is damaged; it is followed anew from the one given at enrolment');
    }
  }
  openTrust(enrolled);
  if (before && !before.equals(enrolled)) forgetOnline(folder);
  folder.write('root.json', enrolled);
  folder.write('enrolled.json', enrolled);
  return enrolled;
}

/** 5.3.2 to 5.3.9: every root in between, each signed by the one before and by itself. */
async function followRoots({ files, folder, limits, log }: UpdateDeps, trust: Trust): Promise<boolean> {
  for (let count = 0; count < limits.rootRotations; count += 1) {
    const bytes = await files.find(`metadata/${trust.root.signed.version + 1}.root.json`, limits.rootBytes);
    if (!bytes) return count > 0;
    if (trust.takeRoot(bytes)) {
      log.warn('timestamp or snapshot have new keys; what the old ones signed does not count any more');
      forgetOnline(folder);
    }
    folder.write('root.json', bytes);
  }
  return true;
}

/**
 * 5.3.11: recovery from stolen online keys that went far ahead, in versions or in time. Before the new root is written: cut
 * off in between, it is done again.
 */
function forgetOnline(folder: TrustFolder): void {
  for (const name of ['timestamp.json', 'snapshot.json']) folder.remove(name);
  forgetFloor(folder);
}

/**
 * Fixes the time, not before what signed metadata proved, and recalls the timestamp that was trusted last. Answers with the
 * time (ms since the epoch) without allowance, by which the root has been judged and targets are to be.
 */
function recallTimestamp({ folder, limits, now, log, allowanceMs = 0 }: UpdateDeps, trust: Trust): number {
  const floor = readFloor(folder);
  const time = Math.max(now, floor);
  const { expires } = trust.root.signed;
  if (Date.parse(expires) <= time) throw expired('root', expires);
  trust.fixTime(Math.max(now - allowanceMs, floor));
  const bytes = folder.read('timestamp.json', limits.timestampBytes);
  if (bytes && !trust.recallTimestamp(bytes)) log.warn('the timestamp on disk is damaged and protects no longer');
  return time;
}

/** 5.4 */
function takeTimestamp({ folder }: UpdateDeps, trust: Trust, bytes: Uint8Array): void {
  if (trust.takeTimestamp(bytes)) folder.write('timestamp.json', bytes);
}

/**
 * The time of signing proves that it is at least that late: unless something that it vouches for had expired by then,
 * which no publisher would sign. So the timestamp's key alone cannot send a reader's clock into a far future.
 */
export function learnTime({ folder, log }: UpdateDeps, trust: Trust, roles: readonly string[]): void {
  const signed = trust.timestamp && signedAt(trust.timestamp);
  if (signed === undefined) return;
  const all = [trust.root, trust.snapshot, ...roles.map((role) => trust.role(role))];
  const soonest = Math.min(...all.map((metadata) => Date.parse(metadata?.signed.expires ?? '')));
  if (signed < soonest) raiseFloor(folder, signed);
  else log.warn('the timestamp says it was signed after what it vouches for had expired; its time is not believed');
}

/** 5.5 */
async function takeSnapshot({ files, folder, limits }: UpdateDeps, trust: Trust): Promise<void> {
  const meta = trust.timestamp?.signed.snapshotMeta;
  if (!meta) throw new Trouble('content', 'timestamp.json names no snapshot; ask the publisher');
  const kept = folder.read('snapshot.json', limits.snapshotBytes);
  if (kept && trust.recallSnapshot(kept)) return;
  const bytes = await files.get(metadataPath(trust, 'snapshot', meta.version), cap(meta.length, limits.snapshotBytes));
  trust.takeSnapshot(bytes);
  folder.write('snapshot.json', bytes);
}

/** 5.6 */
async function takeRole(
  { files, folder, limits }: UpdateDeps,
  trust: Trust,
  name: string,
  parent: string,
): Promise<void> {
  const meta = trust.snapshot?.signed.meta[`${name}.json`];
  if (!meta) throw new Trouble('content', `snapshot.json does not name ${name}.json; ask the publisher`);
  const file = name === 'targets' ? 'targets.json' : `roles/${encodeURIComponent(name)}.json`;
  const kept = folder.read(file, limits.targetsBytes);
  if (kept) {
    try {
      trust.takeTargets(kept, name, parent);
      return;
    } catch {
      // Another version, or keys have changed: the one offered decides.
    }
  }
  if (name !== 'targets' && meta.length !== undefined && meta.length > limits.targetsBytes) {
    throw held(name, tooLong(name, meta.length, limits));
  }
  const path = metadataPath(trust, encodeURIComponent(name), meta.version);
  const bytes = await files.get(path, cap(meta.length, limits.targetsBytes));
  try {
    trust.takeTargets(bytes, name, parent);
  } catch (error) {
    throw isVouchedFor(meta, bytes) ? held(name, error) : error;
  }
  folder.write(file, bytes);
}

/** The fault of those who sign a delegated role, as what it concerns: that role alone. Targets is not one. */
function held(name: string, error: unknown): unknown {
  return error instanceof Trouble && name !== 'targets' ? new RoleHeld(error.step, error.message, error) : error;
}

function tooLong(name: string, length: number, { targetsBytes }: FeedLimits): Trouble {
  return new Trouble(
    'content',
    `${name}.json has ${length} bytes and ${targetsBytes} are the most read; ask the publisher`,
  );
}

/** Whether these are the very bytes that the snapshot names: then nothing on the way has touched them. */
function isVouchedFor(meta: MetaFile, bytes: Uint8Array): boolean {
  if (Object.keys(meta.hashes ?? {}).length === 0) return false;
  try {
    meta.verify(Buffer.from(bytes));
    return true;
  } catch {
    return false;
  }
}

function metadataPath(trust: Trust, file: string, version: number): string {
  return `metadata/${trust.root.signed.consistentSnapshot ? `${version}.` : ''}${file}.json`;
}

/** What the signed metadata says it is long, never more than our own cap. */
function cap(length: number | undefined, most: number): number {
  return Math.min(length ?? most, most);
}
