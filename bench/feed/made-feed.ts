import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { addTarget, initFeed, publishFeed } from '@stopgap/feed';
import { checkout } from '../../tests/end-to-end/command-line.ts';

/** A feed in a folder of its own, with the documents of the catalog. */
export interface BenchFeed {
  readonly folder: string;
  /** For the state of readers. */
  readonly scratch: string;
  readonly root: Uint8Array;
  /** Publishes one more mitigation of ordinary size; resolves when it is out. */
  publish(): Promise<void>;
  remove(): void;
}

const passphrase = () => 'a passphrase for a bench alone';

export async function benchFeed(): Promise<BenchFeed> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'stopgap-bench-feed-'));
  const folder = path.join(scratch, 'feed');
  const { bytes: root } = await initFeed(folder, { name: 'bench', passphrase });
  const documents = globSync('catalog/*/mitigation.xml', { cwd: checkout }).map((file) =>
    readFileSync(path.join(checkout, file)),
  );
  for (const [index, bytes] of documents.entries()) await addTarget(folder, `document-${index}.xml`, bytes);
  await publishFeed(folder, { passphrase });
  let published = 0;
  return {
    folder,
    scratch,
    root,
    publish: async () => {
      published++;
      await addTarget(folder, `new-${published}.xml`, documents[0] ?? Buffer.from('<a/>'));
      await publishFeed(folder, { passphrase });
    },
    remove: () => rmSync(scratch, { recursive: true, force: true }),
  };
}
