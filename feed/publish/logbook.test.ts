import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Metadata, MetadataKind } from '@tufjs/models';
import { describe, expect, it } from 'vitest';
import { publishedCeremony } from '../testing/ceremony.ts';
import { madeFeed } from '../testing/feed.ts';
import { metadata, readerOf } from '../testing/published.ts';
import { looked } from '../testing/reader.ts';
import { addTarget, feedLogs, feedRoots, proposeFeed, publishFeed, removeTarget } from './index.ts';
import { addSignatures, metadataBytes, metaFile, snapshotMetadata, timestampMetadata } from './metadata.ts';

describe('the log of a publisher', () => {
  it('has an entry for each publication, each with the hash of the one before', async () => {
    const { folder, signing } = await madeFeed();
    await addTarget(folder, 'b.xml', Buffer.from('<b/>'));
    await publishFeed(folder, signing);
    await removeTarget(folder, 'exchange/a.xml');
    await publishFeed(folder, signing);
    const [log] = feedLogs(folder);
    const changes = log?.entries.map((entry) =>
      entry.changes.map(({ name, sha256 }) => `${sha256 ? '+' : '-'}${name}`),
    );
    expect(changes).toEqual([[], ['+exchange/a.xml'], ['+b.xml'], ['-exchange/a.xml']]);
    expect(log?.entries.map(({ version }) => version)).toEqual([1, 2, 3, 4]);
    expect(log?.entries.slice(1).map(({ previous }) => previous)).toEqual(
      log?.entries.slice(0, -1).map(({ hash }) => hash),
    );
  });

  it('begins with everything there is, in a feed from before there were logs', async () => {
    const { folder, signing, root } = await madeFeed();
    const at = (name: string) => path.join(folder, 'repository/metadata', name);
    const signerOf = (role: string) =>
      signing.signers.filter(({ key }) =>
        metadata(folder, '1.root.json').signed.roles[role].keyids.includes(key.keyID),
      );
    const targets = Metadata.fromJSON(MetadataKind.Targets, metadata(folder, '2.targets.json'));
    delete targets.signed.targets['log/targets/1.jsonl'];
    await addSignatures(targets, signerOf('targets'));
    const edition = { version: 2, expiresAt: Date.now() + 86_400_000 };
    const snapshot = snapshotMetadata(edition, new Map([['targets.json', metaFile(2, metadataBytes(targets))]]));
    await addSignatures(snapshot, signerOf('snapshot'));
    const timestamp = timestampMetadata(edition, metaFile(2, metadataBytes(snapshot)), Date.now());
    await addSignatures(timestamp, signerOf('timestamp'));
    for (const [name, one] of [
      ['2.targets', targets],
      ['2.snapshot', snapshot],
      ['timestamp', timestamp],
    ] as const) {
      writeFileSync(at(`${name}.json`), metadataBytes(one));
    }
    const reader = await readerOf({ folder, root });
    expect((await looked(reader)).documents).toHaveLength(1);
    expect(feedLogs(folder)).toEqual([{ role: 'targets', entries: [] }]);
    await addTarget(folder, 'b.xml', Buffer.from('<b/>'));
    await publishFeed(folder, signing);
    expect((await looked(reader)).documents).toHaveLength(2);
    const [log] = feedLogs(folder);
    expect(log?.entries.map(({ changes }) => changes.map(({ name }) => name))).toEqual([['exchange/a.xml', 'b.xml']]);
  });

  it('has every root, by whom it was signed and what it changed, and misses one that is not there', async () => {
    const { folder, five, publish } = await publishedCeremony();
    const { proposal } = await proposeFeed(folder, { keys: [{ kind: 'threshold', role: 'root', threshold: 2 }] });
    await publish(proposal, five.slice(2));
    expect(feedRoots(folder)).toMatchObject([
      { version: 1, signed: ['anna', 'bert', 'carla'] },
      { version: 2, changes: ['root: needs 2 signatures instead of 3'], signed: ['carla', 'dirk', 'eva'] },
    ]);
    rmSync(path.join(folder, 'repository/metadata/1.root.json'));
    expect(() => feedRoots(folder)).toThrow(expect.objectContaining({ code: 'log-broken' }));
  });

  it('is not shown when its file was changed', async () => {
    const { folder } = await madeFeed();
    const { sha256 } = metadata(folder, '2.targets.json').signed.targets['log/targets/1.jsonl'].hashes;
    writeFileSync(path.join(folder, `repository/targets/log/targets/${sha256}.1.jsonl`), '');
    expect(() => feedLogs(folder)).toThrow(expect.objectContaining({ code: 'feed-damaged' }));
  });
});
