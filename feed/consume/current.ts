import { decodeJson, listOf, object, optional, text, whole } from '@stopgap/machine';
import { sha256 } from '../digest.ts';
import { isLogName } from '../log/index.ts';
import type { FeedDocument, FeedDocuments } from '../source.ts';
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
    /** Products for which those who signed it may speak; absent: any. */
    readonly products?: readonly string[] | undefined;
  }[];
}

const count = whole(0, Number.MAX_SAFE_INTEGER);

const decoder = object({
  version: count,
  timestamp: count,
  signedAt: count,
  expires: listOf(object({ role: text(200), at: count }), 100),
  documents: listOf(
    object({ name: text(1000), sha256: text(64), products: optional(listOf(text(1000), 10_000)) }),
    100_000,
  ),
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
  for (const entry of current.documents.filter(({ name }) => !isLogName(name))) {
    const bytes = readDocument(folder, entry.sha256);
    if (!bytes) return undefined;
    documents.push({ name: entry.name, bytes, ...(entry.products ? { products: entry.products } : {}) });
  }
  const expiresAt = Math.min(...current.expires.map(({ at }) => at));
  return { version: current.version, signedAt: current.signedAt, expiresAt, documents };
}

/** One document by the hash of its bytes, or `undefined`. */
export function readDocument(folder: TrustFolder, hash: string): Buffer | undefined {
  const bytes = folder.read(`documents/${hash}`, maxBytes);
  return bytes && sha256(bytes) === hash ? bytes : undefined;
}

/** Throws `Trouble` `expired` for the first role that is not good any more at `now`. */
export function refuseExpired(current: Current, now: number): void {
  const [first] = current.expires.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
  if (first) throw expired(first.role, new Date(first.at).toISOString());
}
