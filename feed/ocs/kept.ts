import { decodeJson, mapOf, object, optional, text, whole } from '@stopgap/machine';
import type { TrustFolder } from '../consume/folder.ts';
import { sha256 } from '../digest.ts';
import { Trouble } from '../trouble.ts';
import type { OcsConfig } from './content.ts';
import { ocsLimits } from './limits.ts';
import type { OcsDefaults } from './to-mitigation.ts';

/** `ocs.json`: the newest document that was verified. It is the floor: nothing countersigned earlier is taken. */
export interface Kept {
  /** Countersigned time, ms since the epoch. */
  readonly at: number;
  readonly sha256: string;
  /** Of what its signature covers. A way may change line ends, so this is what makes two documents the same. */
  readonly content: string;
  /** What the server called this version; asked for again with it. */
  readonly etag: string | undefined;
  /** By id: what each `Config` said, and since which countersigned time (ms since the epoch) it has said so. */
  readonly since: ReadonlyMap<string, { readonly sha256: string; readonly at: number }>;
}

const time = whole(0, 8_640_000_000_000_000);

const decoder = object({
  at: time,
  sha256: text(64),
  content: text(64),
  etag: optional(text(200)),
  since: mapOf(object({ sha256: text(64), at: time })),
});

const file = 'ocs.json';

/** The record, if there is one. A damaged one is a `Trouble`: without it an old document could not be told from a new one. */
export function readKept(folder: TrustFolder): Kept | undefined {
  const bytes = folder.read(file, 1024 * 1024);
  try {
    return bytes && decodeJson(bytes.toString('utf8'), file, decoder);
  } catch (error) {
    throw new Trouble('disk', `${file} in the feed's folder is damaged; remove it after checking the disk`, error);
  }
}

/** The document of a record from disk, or `undefined` when it is missing or damaged. */
export function readKeptDocument(folder: TrustFolder, kept: Kept): Buffer | undefined {
  const bytes = folder.read(`documents/${kept.sha256}`, ocsLimits.documentBytes);
  return bytes && sha256(bytes) === kept.sha256 ? bytes : undefined;
}

/** Keeps a document as the newest: first its bytes, then, in one step, the record that names them. */
export function keep(folder: TrustFolder, kept: Kept, bytes: Buffer): void {
  folder.write(`documents/${kept.sha256}`, bytes);
  folder.write(file, JSON.stringify({ ...kept, since: Object.fromEntries(kept.since) }));
  for (const name of folder.documents()) if (name !== kept.sha256) folder.remove(`documents/${name}`);
  folder.tidy();
}

/** Since when each `Config` has said what it says: carried over where it says the same as before. */
export function sinceWhen(configs: readonly OcsConfig[], at: number, before: Kept | undefined): Kept['since'] {
  return new Map(
    configs.map((config) => {
      const hash = sha256(Buffer.from(config.source, 'utf8'));
      const known = before?.since.get(config.id);
      return [config.id, known?.sha256 === hash ? known : { sha256: hash, at }];
    }),
  );
}

/** A `Config` without a revision of its own has that of the minute in which its text was signed first. */
export function defaultsOf({ id }: OcsConfig, kept: Kept): OcsDefaults {
  const published = kept.since.get(id)?.at ?? kept.at;
  return { revision: Math.max(1, Math.floor(published / 60_000)), published };
}
