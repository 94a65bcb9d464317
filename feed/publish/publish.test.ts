import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { systemFiles } from '@stopgap/machine';
import { describe, expect, it } from 'vitest';
import { addTarget, publishFeed, removeTarget, renewFeed } from '../index.ts';
import { day, testClock } from '../testing/clock.ts';
import { madeFeed } from '../testing/feed.ts';
import { metadata, readerOf } from '../testing/published.ts';
import { looked } from '../testing/reader.ts';
import { passphrase, temporaryFolder } from '../testing/temporary.ts';

describe('publishing', () => {
  it('lets out what was staged, and readers get it byte for byte', async () => {
    const feed = await madeFeed();
    const reader = await readerOf(feed);
    const bytes = Buffer.from([0, 1, 2, 0xff, 0xfe, 0x0d, 0x0a]);
    await addTarget(feed.folder, 'b.xml', bytes);
    expect(await publishFeed(feed.folder, feed.signing)).toMatchObject({
      changed: true,
      version: 3,
      timestamp: 3,
      added: ['b.xml'],
      removed: [],
      warnings: [],
    });
    const { version, documents } = await looked(reader);
    expect(version).toBe(3);
    expect(documents).toEqual([
      { name: 'b.xml', bytes },
      { name: 'exchange/a.xml', bytes: Buffer.from('<a/>') },
    ]);
  });

  it('takes out what was staged for removal', async () => {
    const feed = await madeFeed();
    const reader = await readerOf(feed);
    await removeTarget(feed.folder, 'exchange/a.xml');
    expect(await publishFeed(feed.folder, feed.signing)).toMatchObject({ removed: ['exchange/a.xml'], added: [] });
    expect((await looked(reader)).documents).toEqual([]);
  });

  it('changes nothing when nothing staged is new', async () => {
    const feed = await madeFeed();
    await addTarget(feed.folder, 'exchange/a.xml', Buffer.from('<a/>'));
    await removeTarget(feed.folder, 'never-there.xml');
    expect(await publishFeed(feed.folder, feed.signing)).toMatchObject({ changed: false, version: 2 });
    expect(metadata(feed.folder, 'timestamp.json').signed.version).toBe(2);
  });

  it('lets the last word decide between adding and removing', async () => {
    const feed = await madeFeed();
    await removeTarget(feed.folder, 'b.xml');
    await addTarget(feed.folder, 'b.xml', Buffer.from('1'));
    await addTarget(feed.folder, 'b.xml', Buffer.from('2'));
    await addTarget(feed.folder, 'c.xml', Buffer.from('3'));
    await removeTarget(feed.folder, 'c.xml');
    expect(await publishFeed(feed.folder, feed.signing)).toMatchObject({ added: ['b.xml'], removed: [] });
  });

  it('never gives a version or a hash to two different contents', async () => {
    const feed = await madeFeed();
    const before = readFileSync(path.join(feed.folder, 'repository/metadata/2.targets.json'));
    writeFileSync(path.join(feed.folder, 'repository/metadata/3.targets.json'), 'left by a release that was cut short');
    await addTarget(feed.folder, 'b.xml', Buffer.from('<b/>'));
    expect((await publishFeed(feed.folder, feed.signing)).version).toBe(4);
    expect(readFileSync(path.join(feed.folder, 'repository/metadata/2.targets.json'))).toEqual(before);
  });

  it('asks the check, and publishes nothing that it refuses', async () => {
    const feed = await madeFeed();
    await addTarget(feed.folder, 'bad.xml', Buffer.from('<bad/>'));
    await addTarget(feed.folder, 'good.xml', Buffer.from('<good/>'));
    const check = (name: string, bytes: Uint8Array) => {
      const severity = Buffer.from(bytes).toString() === '<bad/>' ? ('error' as const) : ('warning' as const);
      return [{ severity, message: `looked at ${name}` }];
    };
    await expect(publishFeed(feed.folder, { ...feed.signing, check })).rejects.toMatchObject({
      code: 'check-refused',
      message: expect.stringContaining('bad.xml: looked at bad.xml'),
    });
    await removeTarget(feed.folder, 'bad.xml');
    expect(await publishFeed(feed.folder, { ...feed.signing, check })).toMatchObject({
      added: ['good.xml'],
      warnings: ['good.xml: looked at good.xml'],
    });
  });

  it.each([
    '../up.xml',
    '/root.xml',
    '.hidden',
    'a//b',
    'a/../b',
    'with space.xml',
    'a/b/c/d/e',
    'a\\b',
    '',
    'x'.repeat(101),
  ])('stages no document called %j', async (name) => {
    const { folder } = await madeFeed();
    await expect(addTarget(folder, name, Buffer.from('x'))).rejects.toMatchObject({ code: 'target-name' });
  });

  it('stages no document that no reader would take', async () => {
    const { folder } = await madeFeed();
    const large = Buffer.alloc(1024 * 1024 + 1);
    await expect(addTarget(folder, 'large.xml', large)).rejects.toMatchObject({ code: 'target-too-large' });
  });

  it('is one at a time', async () => {
    const feed = await madeFeed();
    await addTarget(feed.folder, 'b.xml', Buffer.from('<b/>'));
    const both = await Promise.allSettled([
      publishFeed(feed.folder, feed.signing),
      publishFeed(feed.folder, feed.signing),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both).toContainEqual({ status: 'rejected', reason: expect.objectContaining({ code: 'feed-busy' }) });
  });

  it('refuses while the clock is before the last release', async () => {
    const feed = await madeFeed();
    await addTarget(feed.folder, 'b.xml', Buffer.from('<b/>'));
    const clock = testClock(Date.now() - day);
    await expect(publishFeed(feed.folder, { ...feed.signing, clock })).rejects.toMatchObject({ code: 'clock-behind' });
  });

  it.each([
    ['the timestamp', 'timestamp.json'],
    ['the snapshot', '2.snapshot.json'],
    ['the targets', '2.targets.json'],
    ['the root', '1.root.json'],
  ])('signs nothing over a repository in which %s was changed', async (_what, name) => {
    const feed = await madeFeed();
    const file = path.join(feed.folder, 'repository/metadata', name);
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"expires":"20/, '"expires":"21'));
    await addTarget(feed.folder, 'b.xml', Buffer.from('<b/>'));
    await expect(publishFeed(feed.folder, feed.signing)).rejects.toMatchObject({ code: 'feed-damaged' });
  });

  it('signs nothing over an older repository put back in place', async () => {
    const feed = await madeFeed();
    const file = path.join(feed.folder, 'repository/metadata/timestamp.json');
    const older = readFileSync(file);
    await renewFeed(feed.folder, feed.signing);
    writeFileSync(file, older);
    await expect(renewFeed(feed.folder, feed.signing)).rejects.toMatchObject({
      code: 'feed-damaged',
      message: expect.stringContaining('timestamp.json is version 2, but 3 was released'),
    });
  });

  it('restored from an old copy goes on above what readers have seen', async () => {
    const feed = await madeFeed();
    const reader = await readerOf(feed);
    const copy = path.join(temporaryFolder(), 'copy');
    cpSync(feed.folder, copy, { recursive: true });
    for (let count = 0; count < 3; count += 1) {
      await addTarget(feed.folder, 'b.xml', Buffer.from(`<b n="${count}"/>`));
      await publishFeed(feed.folder, feed.signing);
    }
    expect((await looked(reader)).version).toBe(5);
    rmSync(feed.folder, { recursive: true });
    cpSync(copy, feed.folder, { recursive: true });
    await addTarget(feed.folder, 'c.xml', Buffer.from('<c/>'));
    await publishFeed(feed.folder, feed.signing);
    expect(await reader.look()).toMatchObject({ ok: false, trouble: { step: 'rollback' } });
    await removeTarget(feed.folder, 'exchange/a.xml');
    await publishFeed(feed.folder, { ...feed.signing, leastVersion: 10 });
    expect(await looked(reader)).toMatchObject({ version: 10, documents: [{ name: 'c.xml' }] });
  });
});

describe('renewing', () => {
  it('signs snapshot and timestamp anew over the same targets, with the online keys alone', async () => {
    const feed = await madeFeed();
    const reader = await readerOf(feed);
    const before = await looked(reader);
    for (const offline of ['root', 'targets']) systemFiles.remove(path.join(feed.folder, `keys/${offline}.pem`));
    const clock = testClock(Date.now() + 2000);
    await renewFeed(feed.folder, { passphrase, clock });
    const after = await looked(reader);
    expect(after).toMatchObject({ version: before.version, documents: before.documents });
    expect(after.signedAt).toBeGreaterThan(before.signedAt);
  });
});
