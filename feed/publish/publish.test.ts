import { cpSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { systemFiles, systemFolders } from '@stopgap/machine';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  addTarget,
  feedRoot,
  initFeed,
  passphraseFromEnvironment,
  passphraseFromFile,
  publishFeed,
  removeTarget,
  renewFeed,
  serveFeed,
  tufSource,
} from '../index.ts';
import { day, testClock } from '../testing/clock.ts';
import { failingFiles } from '../testing/failing-files.ts';
import { type MadeFeed, madeFeed, openKey } from '../testing/feed.ts';
import { looked } from '../testing/reader.ts';
import { passphrase, temporaryFolder } from '../testing/temporary.ts';

/** A reader of a feed that is served from its folder. */
async function readerOf({ folder, root }: Pick<MadeFeed, 'folder' | 'root'>) {
  const server = await serveFeed(folder, { host: '127.0.0.1', port: 0 });
  onTestFinished(() => server.close());
  return tufSource({
    name: 'test',
    url: server.url,
    root: root.bytes,
    stateFolder: temporaryFolder(),
    proxy: 'direct',
  });
}

const metadata = (folder: string, name: string) =>
  JSON.parse(readFileSync(path.join(folder, 'repository/metadata', name), 'utf8'));

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

describe('a new feed', () => {
  it('has what the defaults say, its keys readable by their owner alone', async () => {
    const { folder } = await madeFeed();
    expect([...(systemFolders.list(path.join(folder, 'keys')) ?? [])].sort()).toEqual([
      'root.pem',
      'snapshot.pem',
      'targets.pem',
      'timestamp.pem',
    ]);
    expect(statSync(path.join(folder, 'keys/root.pem')).mode & 0o777).toBe(0o600);
    expect(readFileSync(path.join(folder, 'keys/root.pem'), 'utf8')).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
    const { signed } = metadata(folder, '1.root.json');
    expect(signed.consistent_snapshot).toBe(true);
    const daysOf = (name: string) => (Date.parse(metadata(folder, name).signed.expires) - Date.now()) / day;
    expect(daysOf('timestamp.json')).toBeCloseTo(7, 1);
    expect(daysOf('1.root.json')).toBeCloseTo(365, 1);
  });

  it('may have thresholds, shared holders and P-256 keys, and signs with as many as are needed', async () => {
    const folder = temporaryFolder();
    const roles = {
      root: { holders: ['anna', 'bert', 'carla'], threshold: 2 },
      targets: { holders: ['anna', 'bert', 'carla'], threshold: 2 },
    };
    const root = await initFeed(folder, { name: 'test', passphrase, roles, keyType: 'ecdsa-p256' });
    systemFiles.remove(path.join(folder, 'keys/anna.pem'));
    await addTarget(folder, 'a.xml', Buffer.from('<a/>'));
    await publishFeed(folder, { passphrase });
    expect(metadata(folder, '2.targets.json').signatures).toHaveLength(2);
    expect(metadata(folder, '1.root.json').signatures).toHaveLength(2);
    expect((await looked(await readerOf({ folder, root }))).version).toBe(2);
    systemFiles.remove(path.join(folder, 'keys/bert.pem'));
    await addTarget(folder, 'b.xml', Buffer.from('<b/>'));
    await expect(publishFeed(folder, { passphrase })).rejects.toMatchObject({
      code: 'key-missing',
      message: expect.stringMatching(
        /^targets needs 2 signatures and 1 can be made here; put the key of anna or bert into /,
      ),
    });
  });

  it('is not made over another one', async () => {
    const { folder } = await madeFeed();
    await expect(initFeed(folder, { name: 'x', passphrase })).rejects.toMatchObject({ code: 'feed-exists' });
  });

  it('can be made again where making it was cut off', async () => {
    const folder = temporaryFolder();
    const files = failingFiles(systemFiles);
    files.remaining = 6;
    await expect(initFeed(folder, { name: 'x', passphrase, files })).rejects.toMatchObject({ code: 'file-unwritable' });
    const root = await initFeed(folder, { name: 'x', passphrase });
    expect((await looked(await readerOf({ folder, root }))).documents).toEqual([]);
  });

  it.each([
    [{ holders: ['anna'], threshold: 2 }, /targets: a threshold of 2 cannot be met by 1 holders/],
    [{ holders: ['anna'], threshold: 0 }, /threshold of 0/],
    [{ holders: ['anna', 'anna'], threshold: 2 }, /different names/],
    [{ holders: ['../anna'], threshold: 1 }, /different names of small letters/],
  ])('cannot have targets by %j', async (targets, message) => {
    const made = initFeed(temporaryFolder(), { name: 'x', passphrase, roles: { targets } });
    await expect(made).rejects.toMatchObject({ code: 'roles-invalid', message: expect.stringMatching(message) });
  });

  it('asks each holder once, and takes no short passphrase', async () => {
    const asked: string[] = [];
    const ask = (holder: string) => {
      asked.push(holder);
      return 'too short';
    };
    await expect(initFeed(temporaryFolder(), { name: 'x', passphrase: ask })).rejects.toMatchObject({
      code: 'passphrase-weak',
    });
    expect(asked).toEqual(['root']);
  });

  it('gives away its root to enrol with', async () => {
    const { folder, root } = await madeFeed();
    expect(feedRoot(folder)).toEqual(root);
    expect(() => feedRoot(temporaryFolder())).toThrow(expect.objectContaining({ code: 'feed-missing' }));
  });
});

describe('passphrases', () => {
  it('that are wrong are said to be, naming the file', async () => {
    const feed = await madeFeed();
    await addTarget(feed.folder, 'b.xml', Buffer.from('<b/>'));
    await expect(publishFeed(feed.folder, { passphrase: () => 'not the passphrase' })).rejects.toMatchObject({
      code: 'passphrase-wrong',
      message: expect.stringContaining('keys/targets.pem'),
    });
  });

  it('come from the first line of a file that only its owner may read', async () => {
    const file = path.join(temporaryFolder(), 'passphrase');
    writeFileSync(file, 'from a file, first line\r\nsecond\n', { mode: 0o600 });
    expect(await passphraseFromFile(file)('anna')).toBe('from a file, first line');
    writeFileSync(`${file}-open`, 'x\n', { mode: 0o644 });
    expect(() => passphraseFromFile(`${file}-open`)('anna')).toThrow(/can be read by others; run: chmod 600/);
    expect(() => passphraseFromFile(`${file}-missing`)('anna')).toThrow(
      expect.objectContaining({ code: 'passphrase-missing' }),
    );
  });

  it('come from the environment', async () => {
    expect(await passphraseFromEnvironment('FEED', { FEED: 'secret' })('anna')).toBe('secret');
    expect(() => passphraseFromEnvironment('FEED', {})('anna')).toThrow(/FEED is not set/);
  });

  it('open keys that OpenSSL wrote, too', async () => {
    const { createPrivateKey } = await import('node:crypto');
    const { createKey } = await import('./keys.ts');
    const file = path.join(temporaryFolder(), 'key.pem');
    const pem = createKey('ed25519').export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: passphrase(),
    });
    systemFiles.write(file, pem);
    expect(openKey(file).key.keyType).toBe('ed25519');
    const { encryptedPkcs8 } = await import('./pkcs8.ts');
    const own = createKey('ecdsa-p256');
    const again = createPrivateKey({ key: encryptedPkcs8(own, passphrase()), passphrase: passphrase() });
    expect(again.equals(own)).toBe(true);
  });
});
