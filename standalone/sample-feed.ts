import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import path from 'node:path';
import { addTarget, feedRoot, initFeed, passphraseFromFile, publishFeed, renewFeed } from '@stopgap/feed';
import { systemFiles } from '@stopgap/machine';

export interface SampleFeed {
  readonly folder: string;
  readonly passphraseFile: string;
  readonly rootFile: string;
}

/**
 * A feed with fresh keys that offers the catalog. A feed that is there from the last time is renewed, and publishes what has
 * changed in the catalog since.
 */
export async function prepareFeed(stateFolder: string, catalog: string): Promise<SampleFeed> {
  const folder = path.join(stateFolder, 'feed');
  const passphraseFile = path.join(stateFolder, 'feed-passphrase');
  const rootFile = path.join(stateFolder, 'root.json');
  const passphrase = passphraseFromFile(passphraseFile);
  const fresh = systemFiles.read(path.join(folder, 'feed.json')) === undefined;
  if (fresh) {
    systemFiles.remove(rootFile);
    systemFiles.write(passphraseFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
    await initFeed(folder, { name: 'demo', passphrase });
  }
  // Not only where the feed is fresh: the process may have ended between the two.
  if (systemFiles.read(rootFile) === undefined) systemFiles.write(rootFile, feedRoot(folder).bytes, { mode: 0o644 });
  for (const id of fs.readdirSync(catalog).sort()) {
    const document = systemFiles.read(path.join(catalog, id, 'mitigation.xml'));
    if (document) await addTarget(folder, `${id}.xml`, document.bytes);
  }
  const { changed } = await publishFeed(folder, { passphrase });
  if (!changed && !fresh) await renewFeed(folder, { passphrase });
  return { folder, passphraseFile, rootFile };
}
