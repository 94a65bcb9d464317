/**
 * A client in the shape of tuf-conformance's client protocol, on the very consumer that the agent has: its caps, its durable
 * store, the floor of its clock, its order of section 5. What it adds is a search for one artifact by name, which the agent,
 * who takes all documents, does not need.
 */
import path from 'node:path';
import { type Clock, type Files, silentLog, systemClock, systemFiles } from '@stopgap/machine';
import { withDefaults } from '../consume/config.ts';
import { connectFeed } from '../consume/connection.ts';
import { readDocument } from '../consume/current.ts';
import { fetchOne, refuseTooMuch } from '../consume/documents.ts';
import { type FeedFiles, feedFiles } from '../consume/fetch.ts';
import type { TrustFolder } from '../consume/folder.ts';
import { defaultLimits, type FeedLimits } from '../consume/limits.ts';
import { findDocument } from '../consume/roles.ts';
import { learnTime, updateTopLevel } from '../consume/update.ts';
import { Trouble } from '../trouble.ts';
import { metadataFolder } from './folder.ts';

/** Where a client keeps what it trusts, and where it looks. */
export interface Client {
  readonly metadataFolder: string;
  readonly metadataUrl: string;
  readonly files?: Files;
  readonly clock?: Clock;
  readonly limits?: Partial<FeedLimits>;
}

/** An artifact to be fetched. */
export interface Artifact {
  readonly name: string;
  readonly baseUrl: string;
  readonly folder: string;
}

/** Enrols a client: no request is made, and nothing is checked yet. */
export function initialise(folder: string, root: Uint8Array, files: Files = systemFiles): void {
  const place = metadataFolder(folder, files);
  place.write('enrolled.json', root);
  place.write('root.json', root);
}

/** Brings the top-level metadata up to date. Throws `Trouble`. */
export async function refresh(client: Client): Promise<void> {
  await update(client, async () => {});
}

/**
 * Refreshes, finds the artifact, and has it in its folder, fetched unless it is there already. Answers with its path. Throws
 * `Trouble`.
 */
export async function download(client: Client, { name, baseUrl, folder }: Artifact): Promise<string> {
  let found: Uint8Array | undefined;
  await update({ ...client, artifactUrl: baseUrl }, async ({ files, place, limits, trust, load }) => {
    const document = await findDocument(trust, name, load, limits.delegations);
    if (!document) throw new Trouble('content', `no role that may speak for it signs an artifact ${name}`);
    refuseTooMuch(new Map([[name, document]]), limits);
    const hash = await fetchOne(files, place, name, document.target, trust.root.signed.consistentSnapshot);
    found = readDocument(place, hash);
  });
  if (!found) throw new Trouble('disk', `${name} cannot be read back`);
  const { files = systemFiles } = client;
  const file = path.join(folder, encodeURIComponent(name));
  files.makeFolder(folder);
  files.write(file, found);
  return file;
}

interface Updating extends Awaited<ReturnType<typeof updateTopLevel>> {
  readonly files: FeedFiles;
  readonly place: TrustFolder;
  readonly limits: FeedLimits;
}

async function update(
  client: Client & { readonly artifactUrl?: string },
  work: (at: Updating) => Promise<void>,
): Promise<void> {
  const { files: disk = systemFiles, clock = systemClock, metadataUrl, artifactUrl = metadataUrl } = client;
  const limits = { ...defaultLimits, ...client.limits };
  const place = metadataFolder(client.metadataFolder, disk);
  const enrolledRoot = place.read('enrolled.json', limits.rootBytes);
  if (!enrolledRoot) throw new Trouble('configuration', `${client.metadataFolder} has no root; run init first`);
  const open = (url: string) => {
    const config = { name: 'conformance', url, root: enrolledRoot, stateFolder: '', proxy: 'direct' };
    const { http, url: base } = connectFeed(config, withDefaults({ files: disk, clock }), limits);
    return { http, files: feedFiles(http, base) };
  };
  const sites = { metadata: open(metadataUrl), targets: open(artifactUrl) };
  try {
    const files = across(sites.metadata.files, sites.targets.files);
    const deps = { files, folder: place, limits, log: silentLog, now: clock.now(), enrolledRoot };
    const { trust, load } = await updateTopLevel(deps, undefined);
    learnTime(deps, trust, ['targets']);
    await work({ files, place, limits, trust, load });
  } finally {
    for (const { http } of Object.values(sites)) http.close();
  }
}

/** Metadata from one address and artifacts from another. */
function across(metadata: FeedFiles, targets: FeedFiles): FeedFiles {
  const siteOf = (name: string): readonly [FeedFiles, string] =>
    name.startsWith('metadata/')
      ? [metadata, name.slice('metadata/'.length)]
      : [targets, name.slice('targets/'.length)];
  return {
    get: (name, maxBytes) => {
      const [site, file] = siteOf(name);
      return site.get(`./${file}`, maxBytes);
    },
    find: (name, maxBytes) => {
      const [site, file] = siteOf(name);
      return site.find(`./${file}`, maxBytes);
    },
    timestamp: async (maxBytes) => ({ bytes: await metadata.get('./timestamp.json', maxBytes), tag: undefined }),
  };
}
