import { systemFiles } from '@stopgap/machine';
import { describe, expect, it } from 'vitest';
import { addTarget, publishFeed, removeTarget } from '../index.ts';
import { failingFiles } from '../testing/failing-files.ts';
import { madeFeed } from '../testing/feed.ts';
import { readerOf } from '../testing/published.ts';
import { looked } from '../testing/reader.ts';

describe('publishing', () => {
  it('cut off at any of its writes leaves the old version or the new one whole, and goes on', async () => {
    let cut = 0;
    for (let writes = 0; ; writes += 1) {
      const feed = await madeFeed();
      const reader = await readerOf(feed);
      const old = await looked(reader);
      await addTarget(feed.folder, 'b.xml', Buffer.from('<b/>'));
      await removeTarget(feed.folder, 'exchange/a.xml');
      const files = failingFiles(systemFiles);
      files.remaining = writes;
      const [first] = await Promise.allSettled([publishFeed(feed.folder, { ...feed.signing, files })]);
      const between = await looked(reader);
      expect([['exchange/a.xml'], ['b.xml']]).toContainEqual(between.documents.map(({ name }) => name));
      expect(between.version).toBe(between.documents[0]?.name === 'b.xml' ? 3 : old.version);
      await publishFeed(feed.folder, feed.signing);
      expect((await looked(reader)).documents).toEqual([{ name: 'b.xml', bytes: Buffer.from('<b/>') }]);
      if (first.status === 'fulfilled') break;
      cut += 1;
    }
    expect(cut).toBeGreaterThanOrEqual(6);
  });
});
