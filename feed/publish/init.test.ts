import { createPrivateKey } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { systemFiles, systemFolders } from '@stopgap/machine';
import { describe, expect, it } from 'vitest';
import { addTarget, feedRoot, initFeed, passphraseFromEnvironment, passphraseFromFile, publishFeed } from '../index.ts';
import { day } from '../testing/clock.ts';
import { failingFiles } from '../testing/failing-files.ts';
import { madeFeed, openKey } from '../testing/feed.ts';
import { metadata, readerOf } from '../testing/published.ts';
import { looked } from '../testing/reader.ts';
import { passphrase, temporaryFolder } from '../testing/temporary.ts';
import { createKey } from './keys.ts';
import { encryptedPkcs8 } from './pkcs8.ts';

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

  it('is not made over one whose feed.json was lost, nor over one that is made at the same time', async () => {
    const { folder } = await madeFeed();
    const file = path.join(folder, 'feed.json');
    const settings = readFileSync(file);
    const key = readFileSync(path.join(folder, 'keys/root.pem'));
    systemFiles.remove(file);
    await expect(initFeed(folder, { name: 'x', passphrase })).rejects.toMatchObject({ code: 'feed-exists' });
    // The other one ends between the look whether there is a feed and the lock.
    const bare = temporaryFolder();
    const makeFolder = (one: string, mode?: number) => {
      systemFiles.makeFolder(one, mode);
      if (one.endsWith('targets')) systemFiles.write(path.join(bare, 'feed.json'), settings);
    };
    const racing = { ...systemFiles, makeFolder };
    await expect(initFeed(bare, { name: 'x', passphrase, files: racing })).rejects.toMatchObject({
      code: 'feed-exists',
    });
    expect(readFileSync(path.join(folder, 'keys/root.pem'))).toEqual(key);
  });

  it.each([
    [{ name: '' }, /name: expected a text of 1 to 100/],
    [{ name: 'x'.repeat(101) }, /name: expected a text of 1 to 100/],
    [{ name: 'x', expiryDays: { root: 9999 } }, /expiryDays.root: expected a whole number from 1 to 3660/],
  ])('is not begun as %j, which could not be read again', async (options, message) => {
    const folder = temporaryFolder();
    await expect(initFeed(folder, { ...options, passphrase })).rejects.toThrow(message);
    await initFeed(folder, { name: 'x', passphrase });
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
    const file = path.join(temporaryFolder(), 'key.pem');
    const pem = createKey('ed25519').export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: passphrase(),
    });
    systemFiles.write(file, pem);
    expect(openKey(file).key.keyType).toBe('ed25519');
    const own = createKey('ecdsa-p256');
    const again = createPrivateKey({ key: encryptedPkcs8(own, passphrase()), passphrase: passphrase() });
    expect(again.equals(own)).toBe(true);
  });
});
