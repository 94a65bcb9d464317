import { getHashes } from 'node:crypto';
import { Readable } from 'node:stream';
import { TargetFile } from '@tufjs/models';
import { sha256 } from '../digest.ts';
import { Trouble } from '../trouble.ts';
import { type Current, readDocument } from './current.ts';
import type { FeedFiles } from './fetch.ts';
import type { TrustFolder } from './folder.ts';
import type { FeedLimits } from './limits.ts';
import type { FoundDocument } from './roles.ts';

/** Of a document's name, in characters. */
const longestName = 1000;
/** A few documents come one after the other over the connection there is; many come over so many connections at a time. */
const [few, abreast] = [8, 4];

/**
 * Sees that every document is in the folder, fetching those that are not, each checked for length and hashes
 * (specification, 5.7). Throws `Trouble`; then some may be there already, which does no harm: `current.json` decides.
 */
export async function fetchDocuments(
  files: FeedFiles,
  folder: TrustFolder,
  limits: FeedLimits,
  targets: ReadonlyMap<string, FoundDocument>,
  consistent: boolean,
): Promise<Current['documents']> {
  refuseTooMuch(targets, limits);
  const found = new Map<string, string>();
  const ahead: (readonly [string, FoundDocument])[] = [];
  for (const [name, document] of targets) {
    const hash = hashKept(folder, document.target);
    if (hash === undefined) ahead.push([name, document]);
    else found.set(name, hash);
  }
  const connections = ahead.length <= few ? 1 : abreast;
  const work = async () => {
    for (let next = ahead.shift(); next; next = ahead.shift()) {
      const [name, { target }] = next;
      found.set(name, await fetchOne(files, folder, name, target, consistent));
    }
  };
  const stopAtFirst = (error: unknown) => {
    ahead.length = 0;
    throw error;
  };
  const ends = await Promise.allSettled(Array.from({ length: connections }, () => work().catch(stopAtFirst)));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return [...targets].map(([name, { role, rank, products }]) => ({
    name,
    sha256: found.get(name) ?? '',
    role,
    ...(rank === 0 ? {} : { rank }),
    ...(products ? { products } : {}),
  }));
}

/** Removes documents that the current version does not have. */
export function dropOldDocuments(folder: TrustFolder, current: Current): void {
  const kept = new Set(current.documents.map((entry) => entry.sha256));
  for (const name of folder.documents()) if (!kept.has(name)) folder.remove(`documents/${name}`);
}

/** Throws `Trouble` `content` for documents beyond the caps, or without a hash that is believed. */
export function refuseTooMuch(targets: ReadonlyMap<string, FoundDocument>, limits: FeedLimits): void {
  if (targets.size > limits.documents) {
    throw new Trouble(
      'content',
      `the feed has ${targets.size} documents and ${limits.documents} are the most taken; raise limits.documents`,
    );
  }
  let total = 0;
  for (const [name, { target }] of targets) {
    const { length, hashes } = target;
    if (name === '' || name.length > longestName || /\p{Cc}/u.test(name)) {
      throw new Trouble(
        'content',
        `a document is called ${JSON.stringify(name.slice(0, 60))}…; names have 1 to ${longestName} characters, none of them control characters`,
      );
    }
    total += length;
    if (!(length <= limits.documentBytes)) {
      throw new Trouble(
        'content',
        `${name} has ${length} bytes and ${limits.documentBytes} are the most taken; raise limits.documentBytes`,
      );
    }
    if (hashes.sha256 === undefined && hashes.sha512 === undefined) {
      throw new Trouble('content', `${name} has neither a SHA-256 nor a SHA-512 hash; ask the publisher`);
    }
  }
  if (total > limits.totalBytes) {
    throw new Trouble(
      'content',
      `the feed's documents have ${total} bytes and ${limits.totalBytes} are the most taken; raise limits.totalBytes`,
    );
  }
}

/**
 * Sees that one document is in the folder, and answers with the SHA-256 of its bytes. What is there already is not fetched.
 * Throws `Trouble`.
 */
export async function fetchOne(
  files: FeedFiles,
  folder: TrustFolder,
  name: string,
  target: TargetFile,
  consistent: boolean,
): Promise<string> {
  const kept = hashKept(folder, target);
  if (kept !== undefined) return kept;
  const bytes = await files.get(`targets/${remotePath(name, target, consistent)}`, target.length);
  try {
    await readable(target).verify(Readable.from([bytes]));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Trouble(
      'content',
      `the document ${name} is not the one that was signed (${reason}); it was changed on the way or its copy is damaged, try another mirror`,
      error,
    );
  }
  const hash = sha256(bytes);
  folder.write(`documents/${hash}`, bytes);
  return hash;
}

/** Without hashes by algorithms that are not known here: those that are must all hold, and one of them is a SHA-2 (`refuseTooMuch`). */
function readable({ length, path, hashes, unrecognizedFields }: TargetFile): TargetFile {
  const known = Object.entries(hashes).filter(([algorithm]) => getHashes().includes(algorithm));
  return new TargetFile({ length, path, hashes: Object.fromEntries(known), unrecognizedFields });
}

/** The SHA-256 of a document whose bytes are in the folder already. */
function hashKept(folder: TrustFolder, { hashes: { sha256: hash } }: TargetFile): string | undefined {
  return hash !== undefined && /^[0-9a-f]{64}$/.test(hash) && readDocument(folder, hash) ? hash : undefined;
}

/** `<hash>.<name>` in the folder of the name, each part quoted for a URL (specification, section 5.7.3 and 6.2). */
function remotePath(name: string, { hashes }: TargetFile, consistent: boolean): string {
  const parts = name.split('/');
  const last = parts.pop() ?? '';
  const hash = hashes.sha256 ?? hashes.sha512;
  return [...parts, consistent ? `${hash}.${last}` : last].map(encodeURIComponent).join('/');
}
