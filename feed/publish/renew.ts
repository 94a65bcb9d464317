import { systemFiles } from '@stopgap/machine';
import { feedLayout } from './layout.ts';
import { asOnlyPublisher } from './lock.ts';
import { openPress, type SigningOptions } from './press.ts';
import { type Release, release } from './release.ts';
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
