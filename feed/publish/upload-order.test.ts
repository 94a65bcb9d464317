import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { tufSource } from '../index.ts';
import { holder, publishedCeremony } from '../testing/ceremony.ts';
import { looked } from '../testing/reader.ts';
import { serveSite } from '../testing/site.ts';
import { temporaryFolder } from '../testing/temporary.ts';
import { addTarget, proposeFeed, uploadOrder } from './index.ts';

/** An object store: one file at a time. */
async function store(folder: string, root: Uint8Array) {
  const files = new Map<string, Buffer>();
  const site = await serveSite(files);
  const reader = () =>
    tufSource({ name: 'test', url: site.url, root, stateFolder: temporaryFolder(), proxy: 'direct' });
  const put = (name: string) => files.set(name, readFileSync(path.join(folder, 'repository', name)));
  return { files, put, reader };
}

describe('the order of uploading', () => {
  it('names what is named before what names it, with the headers that each needs', async () => {
    const { folder } = await publishedCeremony();
    const steps = uploadOrder(folder);
    expect(steps.map(({ path }) => path.replace(/[0-9a-f]{64}/, 'HASH'))).toEqual([
      'targets/HASH.a.xml',
      'targets/log/targets/HASH.1.jsonl',
      'metadata/2.targets.json',
      'metadata/2.snapshot.json',
      'metadata/1.root.json',
      'metadata/timestamp.json',
    ]);
    expect(new Set(steps.slice(0, -1).map((step) => step.cacheControl))).toEqual(
      new Set(['public, max-age=31536000, immutable']),
    );
    expect(steps.at(-1)).toMatchObject({ cacheControl: 'no-cache', contentType: 'application/json' });
  });

  it('shows old and new readers a whole version after each file, through a publication and a change of root', async () => {
    const made = await publishedCeremony();
    const shop = await store(made.folder, made.root().bytes);
    for (const step of uploadOrder(made.folder)) shop.put(step.path);
    const old = shop.reader();
    await looked(old);
    const fresh = ['v', 'w', 'x', 'y', 'z'].map(holder);
    const keys = made.five.map((one, index) => {
      return { kind: 'replace' as const, holder: one.holder, keyIds: [one.key.keyID], by: fresh[index] ?? one };
    });
    await addTarget(made.folder, 'b.xml', Buffer.from('<b/>'));
    const { proposal } = await proposeFeed(made.folder, { keys, holders: fresh });
    await made.publish(proposal, [...made.five.slice(0, 3), ...fresh.slice(0, 3)]);
    const seen: number[] = [];
    for (const step of uploadOrder(made.folder)) {
      shop.put(step.path);
      for (const reader of [old, shop.reader()]) seen.push((await looked(reader)).documents.length);
    }
    expect([...new Set(seen)]).toEqual([1, 2]);
    expect(seen.at(-1)).toBe(2);
  });
});
