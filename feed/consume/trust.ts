/**
 * The trust decisions: which metadata is believed. Synchronous and without I/O; bytes and time go in, a decision comes
 * out. All of them are made by tuf-js's `TrustedMetadataStore`, which follows section 5 of the specification and passes
 * tuf-conformance; here they get their time, their words, and two further refusals.
 *
 * Why the store and not tuf-js's `Updater` around it: the Updater writes files in place without fsync (a power cut leaves
 * half a root), turns the reasons for a refusal into text, cannot be told the time, and asks for every file anew. What we
 * do instead around the store is in `update.ts`: the order of section 5, our caps, our durable files, our one request
 * when nothing has changed. The store is not in the package's index, so a test holds on to what is used of it.
 */
import type { KeyObject } from 'node:crypto';
import { type Key, Metadata, type Root, type Snapshot, type Targets, type Timestamp } from '@tufjs/models';
import { getPublicKey } from '@tufjs/models/dist/utils/key.js';
import { EqualVersionError } from 'tuf-js/dist/error.js';
import { TrustedMetadataStore } from 'tuf-js/dist/store.js';
import { signedAtField } from '../roles.ts';
import { Trouble } from '../trouble.ts';
import { type RoleKind, refuseUnsigned } from './as-signed.ts';
import { refuseCrowds, refuseDate, refusePatterns } from './bounds.ts';
import { expired, refusalOf } from './refusal.ts';

/** What a reader believes in the course of one look. */
export interface Trust {
  readonly root: Metadata<Root>;
  readonly timestamp: Metadata<Timestamp> | undefined;
  readonly snapshot: Metadata<Snapshot> | undefined;
  /** Loaded `targets` or delegated role. */
  role(name: string): Metadata<Targets> | undefined;
  /**
   * The next root (5.3.4 to 5.3.7). `true`: the keys of timestamp or snapshot are others now, so that what the old ones
   * signed must be forgotten (5.3.11). Throws `Trouble`, as do all that follow.
   */
  takeRoot(bytes: Uint8Array): boolean;
  /** Fixes the time (ms since the epoch) by which all else is judged (5.1), and refuses an expired root (5.3.10). */
  fixTime(ms: number): void;
  /** A timestamp from disk, expired or not, to hold the offered one against (5.4.3); `false` when it cannot be used. */
  recallTimestamp(bytes: Uint8Array): boolean;
  /** A timestamp as offered (5.4.2 to 5.4.4). `false`: the same version as before, which is not taken again. */
  takeTimestamp(bytes: Uint8Array): boolean;
  /** A snapshot from disk; `true` when it is the one wanted. An older one still serves against rollback (5.5.5). */
  recallSnapshot(bytes: Uint8Array): boolean;
  /** A snapshot as offered (5.5.2 to 5.5.6). */
  takeSnapshot(bytes: Uint8Array): void;
  /** A targets role as offered or from disk (5.6.2 to 5.6.5). */
  takeTargets(bytes: Uint8Array, role: string, parent: string): void;
}

/** Starts from a root that is trusted already (5.2). Throws `Trouble` when it is not a root signed by its own keys. */
export function openTrust(trustedRoot: Uint8Array): Trust {
  refuseOdd(trustedRoot, 'root', 'root.json');
  const store = refusable('root.json', undefined, () => new TrustedMetadataStore(Buffer.from(trustedRoot)));
  refuseTwins(`root version ${store.root.signed.version}`, store.root.signed.keys);
  return {
    get root() {
      return store.root;
    },
    get timestamp() {
      return store.timestamp;
    },
    get snapshot() {
      return store.snapshot;
    },
    role: (name) => {
      // The store keeps roles in a plain object, and a role may be called `constructor`.
      const role: unknown = store.getRole(name);
      return role instanceof Metadata ? role : undefined;
    },
    takeRoot: (bytes) => {
      const file = `${store.root.signed.version + 1}.root.json`;
      const before = onlineKeys(store.root);
      refuseOdd(bytes, 'root', file);
      refusable(file, store, () => store.updateRoot(Buffer.from(bytes)));
      refuseTwins(`root version ${store.root.signed.version}`, store.root.signed.keys);
      return onlineKeys(store.root) !== before;
    },
    fixTime: (ms) => {
      setTime(store, new Date(ms));
      const { expires } = store.root.signed;
      if (store.root.signed.isExpired(new Date(ms))) throw expired('root', expires);
    },
    recallTimestamp: (bytes) => {
      try {
        store.updateTimestamp(Buffer.from(bytes));
      } catch {
        // An expired one is kept by the store all the same, which is what it is wanted for.
      }
      return store.timestamp !== undefined;
    },
    takeTimestamp: (bytes) => takeTimestamp(store, bytes),
    recallSnapshot: (bytes) => {
      try {
        store.updateSnapshot(Buffer.from(bytes), true);
        return true;
      } catch {
        return false;
      }
    },
    takeSnapshot: (bytes) => takeSnapshot(store, bytes),
    takeTargets: (bytes, role, parent) => {
      const take = () => store.updateDelegatedTargets(Buffer.from(bytes), role, parent);
      refuseOdd(bytes, 'targets', `${role}.json`);
      refusable(`${role}.json`, store, take, bytes);
      refuseDelegations(role, store.getRole(role)?.signed);
    },
  };
}

/** When the timestamp says it was signed, ms since the epoch; `undefined` when it does not, or says nonsense. */
export function signedAt(timestamp: Metadata<Timestamp>): number | undefined {
  const value = timestamp.signed.unrecognizedFields[signedAtField];
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) || time > Date.parse(timestamp.signed.expires) ? undefined : time;
}

/** What is looked at before tuf-js reads it, and long before any signature. */
function refuseOdd(bytes: Uint8Array, kind: RoleKind, file: string): void {
  refuseCrowds(bytes, file);
  refuseDate(bytes, file);
  refuseUnsigned(bytes, kind, file);
}

function refusable<T>(file: string, store: TrustedMetadataStore | undefined, work: () => T, bytes?: Uint8Array): T {
  try {
    return work();
  } catch (error) {
    throw refusalOf(error, file, store, bytes);
  }
}

function takeTimestamp(store: TrustedMetadataStore, bytes: Uint8Array): boolean {
  refuseOdd(bytes, 'timestamp', 'timestamp.json');
  const newer = refusable('timestamp.json', store, () => isNewer(store, bytes));
  refuseVersion('timestamp.json', store.timestamp?.signed.version);
  refuseVersion('snapshot.json', store.timestamp?.signed.snapshotMeta.version);
  return newer;
}

function takeSnapshot(store: TrustedMetadataStore, bytes: Uint8Array): void {
  refuseOdd(bytes, 'snapshot', 'snapshot.json');
  refusable('snapshot.json', store, () => store.updateSnapshot(Buffer.from(bytes)), bytes);
  for (const [file, { version }] of Object.entries(store.snapshot?.signed.meta ?? {})) refuseVersion(file, version);
}

function isNewer(store: TrustedMetadataStore, bytes: Uint8Array): boolean {
  const before = store.timestamp;
  try {
    store.updateTimestamp(Buffer.from(bytes));
    return true;
  } catch (error) {
    if (!(error instanceof EqualVersionError)) throw error;
    if (before?.signed.isExpired(timeOf(store))) throw expired('timestamp', before.signed.expires);
    return false;
  }
}

/** The keys and thresholds of the roles that are signed online, in a form that can be compared. */
function onlineKeys({ signed: { roles } }: Metadata<Root>): string {
  const one = (name: string) => [roles[name]?.threshold, ...[...(roles[name]?.keyIDs ?? [])].sort()];
  return JSON.stringify([one('timestamp'), one('snapshot')]);
}

/** The store takes the machine's time when it is made and offers no other way; a test holds on to this one. */
function setTime(store: TrustedMetadataStore, time: Date): void {
  if (!Reflect.has(store, 'referenceTime')) throw new Error('tuf-js has changed: its store has no referenceTime');
  Reflect.set(store, 'referenceTime', time);
}

function timeOf(store: TrustedMetadataStore): Date {
  return Reflect.get(store, 'referenceTime');
}

/**
 * One key under two ids would count twice towards a threshold. The specification wants a key id to be the key's hash
 * (4.2.1), which excludes that, but tuf-js takes any id. Keys are compared as keys: one may be written in several ways.
 */
function refuseTwins(whose: string, keys: Readonly<Record<string, Key>>): void {
  const seen = new Map<string, string>();
  for (const [id, key] of Object.entries(keys)) {
    const identity = identityOf(key);
    const twin = seen.get(identity);
    if (twin !== undefined) {
      throw new Trouble('signature', `${whose} lists one key as ${twin} and as ${id}; ask the publisher`);
    }
    seen.set(identity, id);
  }
}

/** The key itself, in DER; one that cannot be read signs nothing, and is told apart by its text. */
function identityOf({ keyType, scheme, keyVal }: Key): string {
  try {
    const { key } = getPublicKey({ keyType, scheme, keyVal: keyVal.public ?? '' }) as { readonly key: KeyObject };
    return key.export({ type: 'spki', format: 'der' }).toString('hex');
  } catch {
    return `${keyType} ${scheme} ${keyVal.public}`;
  }
}

/** A version is a whole number from 1 (4.3 and following); others could be neither compared nor kept. */
function refuseVersion(file: string, version: number | undefined): void {
  if (version !== undefined && Number.isSafeInteger(version) && version >= 1) return;
  throw new Trouble('content', `${file} has the version ${version}, which is none; ask the publisher`);
}

/**
 * Delegations are searched in the order in which they are written (4.5), and tuf-js keeps them in an object, where names that
 * are whole numbers come first whatever their place: such names would change who is heard before whom. Throws `Trouble`.
 */
export function refuseDelegations(role: string, signed: Targets | undefined): void {
  const { keys = {}, roles = {} } = signed?.delegations ?? {};
  refuseTwins(`${role} version ${signed?.version}`, keys);
  refusePatterns(role, signed);
  const number = Object.keys(roles).find((name) => /^(?:0|[1-9]\d{0,9})$/.test(name));
  if (number !== undefined) {
    throw new Trouble(
      'content',
      `${role} delegates to a role called ${number}; a whole number is no name for a role here, ask the publisher for another`,
    );
  }
}
