import { type Clock, type Files, type Log, silentLog, systemClock, systemFiles } from '@stopgap/machine';
import type { FeedDocuments, FeedLook, FeedSource } from '../source.ts';
import { Trouble, troubleOf } from '../trouble.ts';
import { connectFeed, type FeedConnection } from './connection.ts';
import { type Current, readCurrent, readDocuments, refuseExpired, writeCurrent } from './current.ts';
import { dropOldDocuments, fetchDocuments } from './documents.ts';
import { type FeedFiles, feedFiles } from './fetch.ts';
import { type TrustFolder, trustFolder } from './folder.ts';
import { followHints } from './follow.ts';
import { defaultLimits, type FeedLimits } from './limits.ts';
import { documentsOf } from './roles.ts';
import { signedAt, type Trust } from './trust.ts';
import { readFloor, updateMetadata } from './update.ts';

/** One feed that a server listens to. */
export interface FeedConfig {
  readonly name: string;
  /** Where `metadata/` and `targets/` are, e.g. `https://feed.example.org/`. */
  readonly url: string;
  /** The root given at enrolment: its bytes, or the file that holds them. */
  readonly root?: Uint8Array;
  readonly rootFile?: string;
  /** Where what was verified is kept; a folder of this feed alone. */
  readonly stateFolder: string;
  /** `http://[user:password@]host:port`, or `direct`. Default: the environment's HTTP(S)_PROXY and NO_PROXY. */
  readonly proxy?: string;
  /** PEM file of further authorities, e.g. that of a proxy which inspects TLS. */
  readonly caFile?: string;
  readonly limits?: Partial<FeedLimits>;
}

export interface FeedDeps {
  readonly files?: Files;
  readonly clock?: Clock;
  readonly log?: Log;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** The dependencies with the machine's own where none are given. */
export function withDefaults(deps: FeedDeps): Required<FeedDeps> {
  return { files: systemFiles, clock: systemClock, log: silentLog, environment: process.env, ...deps };
}

/**
 * A reader of a TUF feed over HTTP. Whatever the feed, the network or the disk does becomes a `trouble`; what was
 * verified before stays. One `look` at a time: a second one waits for the first.
 */
export function tufSource(config: FeedConfig, given: FeedDeps = {}): FeedSource {
  const deps = withDefaults(given);
  const folder = trustFolder(config.stateFolder, deps.files);
  const reader = feedReader(config, deps, folder);
  let running: Promise<unknown> = Promise.resolve();
  return {
    name: config.name,
    look: () => {
      const look = running.then(() => reader.look());
      running = look;
      return look;
    },
    last: () => {
      try {
        const current = readCurrent(folder);
        return current && readDocuments(folder, current);
      } catch (error) {
        deps.log.warn('what was verified before cannot be read', {
          feed: config.name,
          reason: troubleOf(error).reason,
        });
        return undefined;
      }
    },
    follow: (onHint, signal) => followHints(config, deps, onHint, signal),
  };
}

/** Looks, keeping what it learns in `folder`. */
export function feedReader(
  config: FeedConfig,
  deps: Required<FeedDeps>,
  folder: TrustFolder,
): { look(): Promise<FeedLook> } {
  const limits = { ...defaultLimits, ...config.limits };
  let open: { connection: FeedConnection; files: FeedFiles } | undefined;
  // Set only once all was accepted: else an unchanged bad timestamp would pass for an unchanged good one.
  let tag: string | undefined;
  let probedAt = Number.NEGATIVE_INFINITY;
  const look = async (): Promise<FeedDocuments> => {
    if (!open) {
      const connection = connectFeed(config, deps, limits);
      open = { connection, files: feedFiles(connection.http, connection.url) };
    }
    const { connection, files } = open;
    const offered = await files.timestamp(limits.timestampBytes, tag);
    const known = folder.read('timestamp.json', limits.timestampBytes);
    const now = Math.max(deps.clock.now(), readFloor(folder));
    const unchanged = offered.bytes === undefined || known?.equals(offered.bytes) === true;
    if (unchanged && deps.clock.elapsed() - probedAt < limits.rootProbeMs) {
      const same = unchangedDocuments(folder, known, now);
      if (same) {
        tag = offered.tag;
        return same;
      }
    }
    const bytes = offered.bytes ?? (await files.get('metadata/timestamp.json', limits.timestampBytes));
    const enrolledRoot = connection.enrolledRoot;
    const update = { files, folder, limits, log: deps.log, now: deps.clock.now(), enrolledRoot };
    const { trust, roles } = await updateMetadata(update, bytes);
    const targets = documentsOf(trust, roles);
    const documents = await fetchDocuments(files, folder, limits, targets, trust.root.signed.consistentSnapshot);
    const current = currentOf(trust, roles, documents, deps.clock.now());
    writeCurrent(folder, current);
    dropOldDocuments(folder, current);
    probedAt = deps.clock.elapsed();
    tag = offered.bytes && offered.tag;
    const whole = readDocuments(folder, current);
    if (!whole)
      throw new Trouble('disk', `documents just written to ${config.stateFolder} cannot be read back; check the disk`);
    return whole;
  };
  return {
    look: async () => {
      try {
        return { ok: true, documents: await look() };
      } catch (error) {
        return { ok: false, trouble: troubleOf(error) };
      }
    },
  };
}

/** The current version when it is whole and belongs to the trusted timestamp. Throws `Trouble` when it has expired. */
function unchangedDocuments(folder: TrustFolder, known: Buffer | undefined, now: number): FeedDocuments | undefined {
  const current = readCurrent(folder);
  if (!current || !known || versionIn(known) !== current.timestamp) return undefined;
  refuseExpired(current, now);
  return readDocuments(folder, current);
}

function versionIn(timestamp: Buffer): unknown {
  return JSON.parse(timestamp.toString('utf8'))?.signed?.version;
}

function currentOf(trust: Trust, roles: readonly string[], documents: Current['documents'], now: number): Current {
  const { root, timestamp, snapshot } = trust;
  if (!timestamp || !snapshot) throw new Error('an update ended without timestamp or snapshot');
  const lists = roles.map((role) => ({ role, metadata: trust.role(role) }));
  const all = [
    { role: 'root', metadata: root },
    { role: 'timestamp', metadata: timestamp },
    { role: 'snapshot', metadata: snapshot },
    ...lists,
  ];
  return {
    version: trust.role('targets')?.signed.version ?? 0,
    timestamp: timestamp.signed.version,
    signedAt: signedAt(timestamp) ?? now,
    expires: all.flatMap(({ role, metadata }) => (metadata ? [{ role, at: Date.parse(metadata.signed.expires) }] : [])),
    documents,
  };
}
