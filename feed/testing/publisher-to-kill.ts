/**
 * Publishes one version after the other until it is killed: `node publisher-to-kill.ts FOLDER PASSPHRASE-FILE`. Says
 * `publishing` when it begins, so that a test can choose its instant.
 */
import { addTarget, passphraseFromFile, publishFeed, removeTarget } from '../index.ts';

const [folder = '', passphraseFile = ''] = process.argv.slice(2);
const passphrase = passphraseFromFile(passphraseFile);

for (let count = 0; ; count += 1) {
  // Both documents of a version say the same: a reader that sees them differ has seen a version torn apart.
  const bytes = Buffer.from(`<version n="${process.pid}-${count}"/>`);
  for (const name of ['left.xml', 'right.xml']) await addTarget(folder, name, bytes);
  if (count % 2 === 0) await removeTarget(folder, 'exchange/a.xml');
  else await addTarget(folder, 'exchange/a.xml', Buffer.from('<a/>'));
  if (count === 0) process.stdout.write('publishing\n');
  await publishFeed(folder, { passphrase });
}
