import { decodeJson, listOf, object, optional, text, whole } from '@stopgap/machine';
import { sha256 } from '../digest.ts';
import { isLogName } from '../log/index.ts';
import { roleNames } from '../roles.ts';
import type { FeedDocument, FeedDocuments, FeedTrouble, FeedTroubleStep } from '../source.ts';
import { troubleOf } from '../trouble.ts';
import type { TrustFolder } from './folder.ts';
import { expired } from './refusal.ts';

/** `current.json`: the last version of which everything was verified and is on the disk. Times in ms since the epoch. */
export interface Current {
  readonly version: number;
  readonly timestamp: number;
  readonly signedAt: number;
  /** When each role's signature runs out. */
  readonly expires: readonly { readonly role: string; readonly at: number }[];
  readonly documents: readonly {
    readonly name: string;
    readonly sha256: string;
    /** The role that says so. */
    readonly role?: string | undefined;
    /** Products for which those who signed it may speak; absent: any. */
    readonly products?: readonly string[] | undefined;
    /** Place of those who signed it among the delegations of targets, from 1; absent: targets itself. */
    readonly rank?: number | undefined;
  }[];
  /** Delegated roles that were left out, and why. What they said before is among the documents. */
  readonly held?: readonly { readonly role: string; readonly step: string; readonly reason: string }[] | undefined;
}

const count = whole(0, Number.MAX_SAFE_INTEGER);

const decoder = object({
  version: count,
  timestamp: count,
  signedAt: count,
  expires: listOf(object({ role: text(200), at: count }), 100),
  documents: listOf(
    object({
      name: text(1000),
      sha256: text(64),
      role: optional(text(200)),
      products: optional(listOf(text(1000), 10_000)),
      rank: optional(whole(1, 1000)),
    }),
    100_000,
  ),
  held: optional(listOf(object({ role: text(200), step: text(20), reason: text(10_000) }), 1000)),
});

const maxBytes = 32 * 1024 * 1024;

/** The record, or `undefined`: none yet, or it is damaged and the next look has to make it anew. */
export function readCurrent(folder: TrustFolder): Current | undefined {
  const bytes = folder.read('current.json', maxBytes);
  try {
    return bytes && decodeJson(bytes.toString('utf8'), 'current.json', decoder);
  } catch {
    return undefined;
  }
}

/** Makes a version the current one; all its documents must be in the folder already. */
export function writeCurrent(folder: TrustFolder, current: Current): void {
  folder.write('current.json', JSON.stringify(current));
}

/** The documents of a version from disk, the feed's log left out, or `undefined` when one is missing or damaged. */
export function readDocuments(folder: TrustFolder, current: Current): FeedDocuments | undefined {
  const documents: FeedDocument[] = [];
  const expiresAt = Math.min(...current.expires.filter(isWhole).map(({ at }) => at));
  for (const entry of current.documents.filter(({ name }) => !isLogName(name))) {
    const bytes = readDocument(folder, entry.sha256);
    if (!bytes) return undefined;
    const freshUntil = current.expires.find(({ role }) => role === entry.role)?.at ?? expiresAt;
    documents.push({
      name: entry.name,
      bytes,
      ...(entry.products ? { products: entry.products } : {}),
      ...(entry.rank === undefined ? {} : { rank: entry.rank }),
      ...(freshUntil < expiresAt ? { freshUntil } : {}),
    });
  }
  return { version: current.version, signedAt: current.signedAt, expiresAt, documents };
}

/** One document by the hash of its bytes, or `undefined`. */
export function readDocument(folder: TrustFolder, hash: string): Buffer | undefined {
  const bytes = folder.read(`documents/${hash}`, maxBytes);
  return bytes && sha256(bytes) === hash ? bytes : undefined;
}

/** What a role of this name says concerns the whole feed; what a delegated role says, its own documents. */
const isWhole = ({ role }: { readonly role: string }) => role === 'targets' || roleNames.some((name) => name === role);

/** Throws `Trouble` `expired` for the first role that is not good any more at `now`, delegated ones apart. */
export function refuseExpired(current: Current, now: number): void {
  const [first] = current.expires.filter((one) => isWhole(one) && one.at <= now).sort((a, b) => a.at - b.at);
  if (first) throw expired(first.role, new Date(first.at).toISOString());
}

/** What is wrong with a part of the feed at `now`: roles that were left out, or have expired since. Names them all. */
export function partialTrouble(current: Current, now: number): FeedTrouble | undefined {
  const out = (current.held ?? []).map((one) => ({ ...one, step: one.step as FeedTroubleStep }));
  const over = current.expires.filter(
    (one) => !isWhole(one) && one.at <= now && !out.some(({ role }) => role === one.role),
  );
  const troubles = [
    ...out,
    ...over.map(({ role, at }) => ({ role, ...troubleOf(expired(role, new Date(at).toISOString())) })),
  ];
  const [first] = troubles;
  if (!first) return undefined;
  const others = troubles.slice(1).map(({ role }) => role);
  const more = others.length === 0 ? '' : `; the same or worse with ${others.slice(0, 10).join(', ')}`;
  return {
    step: first.step,
    reason: `the role ${first.role} is left out, and what it said before stays: ${first.reason}${more}`,
  };
}
