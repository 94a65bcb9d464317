import { systemFiles } from '@stopgap/machine';
import { feedLayout } from './layout.ts';
import { asOnlyPublisher } from './lock.ts';
import { openPress, type SigningOptions } from './press.ts';
import { quorumOf, type Release, release } from './release.ts';
import { readPublished } from './repository.ts';
import { readSettings } from './settings.ts';

/**
 * Signs snapshot and timestamp anew, with the online keys alone, over the same targets: readers learn that nothing has
 * changed. To be run daily. Throws as `publishFeed`,
 * and `feed-unsigned`.
 */
export async function renewFeed(folder: string, options: SigningOptions): Promise<Release> {
  const layout = feedLayout(folder);
  const files = options.files ?? systemFiles;
  readSettings(layout, files);
  return asOnlyPublisher(layout, files, async () => {
    const { press, published } = openPress(layout, options);
    return release(press, published ?? readPublished(layout, files, press.settings), []);
  });
}

/**
 * Opens the keys that a renewal takes and signs nothing: a wrong passphrase is found when somebody is there, and not in a day. Nothing
 * is opened while the first version awaits its signatures. Throws `key-missing`, `passphrase-missing`, `passphrase-wrong`,
 * `feed-missing`, `feed-damaged`.
 */
export async function checkRenewal(folder: string, options: SigningOptions): Promise<void> {
  const { press, published } = openPress(feedLayout(folder), options);
  if (!published) return;
  for (const role of ['snapshot', 'timestamp'] as const) {
    await press.keys.signersFor(quorumOf(published.root.metadata.signed, role));
  }
}
