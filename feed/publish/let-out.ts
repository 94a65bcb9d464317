import path from 'node:path';
import { canonicalize } from '@tufjs/canonical-json';
import type { Metadata, Root } from '@tufjs/models';
import { sha256 } from '../digest.ts';
import { FeedError } from '../errors.ts';
import { metadataFileName, signedBytes } from './metadata.ts';
import { type GatheredPart, signedMetadata } from './proposal/gather.ts';
import {
  type Press,
  quorumOf,
  type Release,
  release,
  type SignedFile,
  signedFile,
  writeDocuments,
  writeMetadata,
} from './release.ts';
import { type Published, readPublished } from './repository.ts';
import { type FeedSettings, writeSettings } from './settings.ts';

/** What was let out, and what readers may notice of it. */
export interface LetOut extends Release {
  readonly warnings: readonly string[];
}

/**
 * Lets signed parts out in an order in which every reader at every instant sees a whole version. Without a new root that is
 * one release. With one: first a release that satisfies the old root and the new one, then the root, then a release once
 * more, so that readers, who look for a root only when the timestamp has changed, find it. Killed at any instant it can be
 * done again. `documents` are by SHA-256. Throws `key-missing`, `proposal-stale`, `clock-behind`.
 */
export async function letOut(
  press: Press,
  before: Published | undefined,
  parts: readonly GatheredPart[],
  documents: ReadonlyMap<string, Buffer>,
): Promise<LetOut> {
  writeDocuments(press, namedIn(parts, documents));
  const rootPart = parts.find(({ review }) => review.role === 'root');
  const roles = parts.filter((part) => part !== rootPart).map((part) => settled(press, part, before !== undefined));
  if (!rootPart) return { ...(await release(press, before, roles)), warnings: [] };
  const root = signedMetadata(rootPart) as Metadata<Root>;
  const file = settled(press, rootPart, before !== undefined);
  if (!before) {
    writeMetadata(press, file);
    const out = await release({ ...press, roots: [root] }, undefined, roles);
    nameRoot(press, file);
    return { ...out, warnings: [] };
  }
  return changeRoot(press, before, { root, file, gapless: fitsOldRoot(parts) }, roles);
}

/** A new root with its file; `gapless`: all that comes with it satisfies the old root too. */
interface NewRoot {
  readonly root: Metadata<Root>;
  readonly file: SignedFile;
  readonly gapless: boolean;
}

async function changeRoot(
  press: Press,
  before: Published,
  { root, file, gapless }: NewRoot,
  roles: readonly SignedFile[],
): Promise<LetOut> {
  const old = before.root.metadata;
  const both = { ...press, roots: [root, old], forgotten: forgets(root, before) };
  const overlap = gapless && (await canSign(press, old));
  // Once a root is out, nobody can go on without its keys.
  for (const role of ['snapshot', 'timestamp'] as const) await press.keys.signersFor(quorumOf(root.signed, role));
  if (overlap) await release(both, before, roles);
  writeMetadata(press, file);
  const standing = overlap ? readPublished(press.layout, press.files, press.settings) : before;
  const out = await release(both, standing, overlap ? [] : roles);
  // Not before: cut short, what is out is still by the keys of the root before, and is held against both.
  nameRoot(press, file);
  const warning =
    'the keys so far could not sign as well: a server that looked in this very instant kept what it had and looks again';
  return { ...out, warnings: overlap ? [] : [warning] };
}

/** Whether readers who take the root forget what is out of the online roles, as those are by other keys (specification, 5.3.11). */
function forgets(root: Metadata<Root>, { root: { metadata: old }, timestamp }: Published): boolean {
  const keysOf = ({ signed }: Metadata<Root>) =>
    JSON.stringify((['snapshot', 'timestamp'] as const).map((role) => quorumOf(signed, role)));
  if (keysOf(old) !== keysOf(root)) return true;
  try {
    root.verifyDelegate('timestamp', timestamp);
    return false;
  } catch {
    return true;
  }
}

function fitsOldRoot(parts: readonly GatheredPart[]): boolean {
  return parts.every(({ needs }) => needs.every(({ met }) => met));
}

/** Whether the online keys of a root are here. */
async function canSign(press: Press, { signed }: Metadata<Root>): Promise<boolean> {
  for (const role of ['snapshot', 'timestamp'] as const) {
    const quorum = quorumOf(signed, role);
    if ((await press.keys.available(quorum)).length < quorum.threshold) return false;
  }
  return true;
}

/**
 * The part as a file. A publication that was cut short may have written it already, perhaps with other signatures: a name
 * never changes its content, so that one stays. Only before a feed was ever out does a new one take its place.
 */
function settled(press: Press, part: GatheredPart, out: boolean): SignedFile {
  const { role, version, signed } = part.review;
  const metadata = signedMetadata(part);
  const file = signedFile(role, metadata);
  const there = press.files.read(path.join(press.layout.metadata, metadataFileName(role, version)))?.bytes;
  if (!there || !out || there.equals(file.bytes)) return file;
  if (signedIn(there)?.equals(signed) && signedBytes(metadata).equals(signed)) return { ...file, bytes: there };
  throw new FeedError(
    'proposal-stale',
    `there is another version ${version} of ${role} already; propose the change again`,
  );
}

/** The canonical bytes of a file's signed part, where it is one of ours. */
function signedIn(bytes: Buffer): Buffer | undefined {
  try {
    const { signed } = JSON.parse(bytes.toString('utf8'));
    return Buffer.from(canonicalize(signed));
  } catch {
    return undefined;
  }
}

/** From here on the new root is what everything else is checked against. */
function nameRoot(press: Press, { version, bytes }: SignedFile): FeedSettings {
  const settings = { ...press.settings, root: { version, sha256: sha256(bytes) } };
  writeSettings(press.layout, press.files, settings);
  return settings;
}

/** Everything that the new metadata names and the proposal brings: documents and logs, by name. */
function namedIn(parts: readonly GatheredPart[], documents: ReadonlyMap<string, Buffer>): ReadonlyMap<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (const { review } of parts) {
    const { signed } = review.metadata;
    if (!('targets' in signed)) continue;
    for (const [name, { hashes }] of Object.entries(signed.targets)) {
      const bytes = documents.get(hashes.sha256 ?? '');
      if (bytes) files.set(name, bytes);
    }
  }
  return files;
}
