import { systemFiles } from '@stopgap/machine';
import { feedLayout } from './layout.ts';
import { asOnlyPublisher } from './lock.ts';
import { metadataBytes } from './metadata.ts';
import { openPress, type SigningOptions } from './press.ts';
import { type Release, release } from './release.ts';
import { readSettings } from './settings.ts';

/**
 * Signs snapshot and timestamp anew, with the online keys alone, over the same targets: readers learn that nothing has
 * changed. To be run daily. Throws as `publishFeed`.
 */
export async function renewFeed(folder: string, options: SigningOptions): Promise<Release> {
  const layout = feedLayout(folder);
  const files = options.files ?? systemFiles;
  readSettings(layout, files);
  return asOnlyPublisher(layout, files, async () => {
    const { press, published } = openPress(layout, options);
    const { targets, snapshot, timestamp } = published;
    const { version, expires } = targets.signed;
    const same = { role: 'targets', version, expiresAt: Date.parse(expires), bytes: metadataBytes(targets) } as const;
    return release(press, { timestamp: timestamp.signed.version, snapshot: snapshot.signed.version }, same);
  });
}
