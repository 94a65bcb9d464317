import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { addTarget, proposeFeed, publishFeed } from '../index.ts';
import { publishedCeremony } from '../testing/ceremony.ts';
import { madeFeed } from '../testing/feed.ts';
import { readerOf } from '../testing/published.ts';
import { looked, refused } from '../testing/reader.ts';
import { passphrase, temporaryFolder } from '../testing/temporary.ts';

const documentNames = (documents: readonly { readonly name: string }[]) => documents.map(({ name }) => name);

describe('the log of a feed, as a reader sees it', () => {
  it('is followed and is no document', async () => {
    const feed = await madeFeed();
    const reader = await readerOf(feed);
    expect(documentNames((await looked(reader)).documents)).toEqual(['exchange/a.xml']);
    for (const name of ['b.xml', 'c.xml']) {
      await addTarget(feed.folder, name, Buffer.from(`<${name}/>`));
      await publishFeed(feed.folder, feed.signing);
      expect(documentNames((await looked(reader)).documents)).toContain(name);
    }
  });

  it('keeps even a threshold of holders from rewriting history', async () => {
    const made = await publishedCeremony();
    const copy = path.join(temporaryFolder(), 'copy');
    cpSync(made.folder, copy, { recursive: true });
    const reader = await readerOf({ folder: made.folder, root: made.root() });
    await addTarget(made.folder, 'b.xml', Buffer.from('<b/>'));
    await made.publish((await proposeFeed(made.folder, {})).proposal);
    expect((await looked(reader)).documents).toHaveLength(2);
    // From before that publication, another one, properly signed and with higher versions.
    rmSync(made.folder, { recursive: true });
    cpSync(copy, made.folder, { recursive: true });
    await addTarget(made.folder, 'c.xml', Buffer.from('<c/>'));
    const { proposal } = await proposeFeed(made.folder, { leastVersion: 100 });
    await publishFeed(made.folder, { passphrase, signatures: await made.sign(proposal), leastVersion: 100 });
    await refused(
      reader,
      'rollback',
      /^entry 3 of the log of targets was .* its history was rewritten; ask the publisher/,
    );
    expect(documentNames(reader.last()?.documents ?? [])).toEqual(['a.xml', 'b.xml']);
    // Unless the holders of root keys say, by their threshold, that it was restored.
    const restored = await proposeFeed(made.folder, { leastVersion: 200, forgetLogs: true });
    expect(restored.review.map(({ role, version }) => `${role} ${version}`)).toEqual(['root 2', 'targets 200']);
    expect(restored.review[0]?.roles).toEqual(['the logs begin anew: servers forget what they saw of the old ones']);
    await publishFeed(made.folder, { passphrase, signatures: await made.sign(restored.proposal), leastVersion: 200 });
    expect(documentNames((await looked(reader)).documents)).toEqual(['a.xml', 'c.xml']);
  });
});
