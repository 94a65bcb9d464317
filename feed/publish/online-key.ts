import { type Files, systemFiles } from '@stopgap/machine';
import { feedLayout } from './layout.ts';
import { asOnlyPublisher } from './lock.ts';
import { newKey } from './new-key.ts';
import type { Passphrase } from './passphrase.ts';
import type { PublicKey } from './public-key.ts';
import { readSettings } from './settings.ts';
import { keyFile } from './unlock.ts';

/**
 * Makes a further online key for a role in the publisher's folder, under the next free name: `timestamp-2`. It signs nothing
 * before a root names it. Throws `feed-missing`, `feed-busy`, `passphrase-weak`.
 */
export async function newOnlineKey(
  folder: string,
  role: 'snapshot' | 'timestamp',
  passphrase: Passphrase,
  files: Files = systemFiles,
): Promise<PublicKey> {
  const layout = feedLayout(folder);
  readSettings(layout, files);
  return asOnlyPublisher(layout, files, async () => {
    const taken = new Set(readSettings(layout, files).holders.map(({ holder }) => holder));
    let number = 2;
    while (taken.has(`${role}-${number}`) || files.read(keyFile(layout, `${role}-${number}`))) number += 1;
    const holder = `${role}-${number}`;
    return newKey(keyFile(layout, holder), { holder, passphrase, files });
  });
}
