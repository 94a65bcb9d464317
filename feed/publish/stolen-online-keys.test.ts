import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Metadata, MetadataKind, type Targets } from '@tufjs/models';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serveFeed, tufSource } from '../index.ts';
import { publishedCeremony } from '../testing/ceremony.ts';
import { day, testClock } from '../testing/clock.ts';
import { openKey } from '../testing/feed.ts';
import { looked, refused } from '../testing/reader.ts';
import { passphrase, temporaryFolder } from '../testing/temporary.ts';
import { addTarget, feedStatus, newOnlineKey, type PublicKey, proposeFeed, publishFeed } from './index.ts';
import { addSignatures, metadataBytes, metaFile, snapshotMetadata, targetFile, timestampMetadata } from './metadata.ts';

/** A thief with a copy of the publisher's folder and both online keys, who also rules what readers are served. */
async function thief() {
  const made = await publishedCeremony();
  const clock = testClock();
  const server = await serveFeed(made.folder, { host: '127.0.0.1', port: 0 });
  onTestFinished(() => server.close());
  const config = {
    name: 'test',
    url: server.url,
    root: made.root().bytes,
    stateFolder: temporaryFolder(),
    proxy: 'direct',
  };
  const reader = tufSource(config, { clock });
  await looked(reader);
  const repository = path.join(made.folder, 'repository');
  const file = (name: string) => path.join(repository, 'metadata', name);
  const read = (name: string) => JSON.parse(readFileSync(file(name), 'utf8'));
  const online = (role: string) => openKey(path.join(made.folder, 'keys', `${role}.pem`));
  /** Signs a snapshot over these targets, and a timestamp over it, far ahead of all before. */
  const sign = async (targets: Buffer, version: number, ahead = { version: 1000, days: 7 }) => {
    const edition = { version: ahead.version, expiresAt: clock.now() + ahead.days * day };
    const snapshot = snapshotMetadata(edition, new Map([['targets.json', metaFile(version, targets)]]));
    await addSignatures(snapshot, [online('snapshot')]);
    const bytes = metadataBytes(snapshot);
    const timestamp = timestampMetadata(edition, metaFile(edition.version, bytes), clock.now());
    await addSignatures(timestamp, [online('timestamp')]);
    writeFileSync(file(`${edition.version}.snapshot.json`), bytes);
    writeFileSync(file(`${version}.targets.json`), targets);
    writeFileSync(file('timestamp.json'), metadataBytes(timestamp));
  };
  const targets = (): Metadata<Targets> => Metadata.fromJSON(MetadataKind.Targets, read('2.targets.json'));
  return { made, clock, reader, repository, sign, targets, file };
}

/** Ways in which the thief changes the targets that the holders have signed; the signatures stay as they were. */
const alterations: Record<string, (targets: Metadata<Targets>, repository: string) => void> = {
  'add a document': ({ signed }, repository) => {
    const evil = Buffer.from('<evil/>');
    signed.addTarget(targetFile('evil.xml', evil));
    writeFileSync(path.join(repository, 'targets', `${signed.targets['evil.xml']?.hashes.sha256}.evil.xml`), evil);
  },
  'alter a document': ({ signed }, repository) => {
    const evil = Buffer.from('<evil/>');
    signed.addTarget(targetFile('a.xml', evil));
    writeFileSync(path.join(repository, 'targets', `${signed.targets['a.xml']?.hashes.sha256}.a.xml`), evil);
  },
  'remove a document': ({ signed }) => {
    delete signed.targets['a.xml'];
  },
};

describe('whoever has both online keys, and the publisher’s machine', () => {
  it.each(Object.entries(alterations))('cannot %s', async (_what, alter) => {
    const { reader, repository, sign, targets } = await thief();
    const altered = targets();
    alter(altered, repository);
    await sign(metadataBytes(altered), 3);
    await refused(reader, 'signature', /targets.json bears 0 of the 3 signatures/);
    expect(reader.last()?.documents).toMatchObject([{ name: 'a.xml' }]);
  });

  it('cannot publish from the stolen folder', async () => {
    const { made } = await thief();
    await addTarget(made.folder, 'evil.xml', Buffer.from('<evil/>'));
    await expect(publishFeed(made.folder, { passphrase })).rejects.toMatchObject({ code: 'key-missing' });
    const { proposal } = await proposeFeed(made.folder, {});
    await expect(publishFeed(made.folder, { passphrase })).rejects.toMatchObject({ code: 'signatures-missing' });
    await expect(made.publish(proposal, made.five.slice(0, 2))).rejects.toMatchObject({ code: 'signatures-missing' });
  });

  it('cannot bring back the version before', async () => {
    const { reader, sign, file } = await thief();
    await sign(readFileSync(file('1.targets.json')), 1);
    await refused(reader, 'rollback', /targets/);
  });

  it('can hold news back, only until the holders’ own signatures run out, and status says so', async () => {
    const { made, clock, reader, sign, file } = await thief();
    const held = path.join(temporaryFolder(), 'held');
    cpSync(path.join(made.folder, 'repository'), held, { recursive: true });
    await addTarget(made.folder, 'b.xml', Buffer.from('<b/>'));
    await made.publish((await proposeFeed(made.folder, {})).proposal);
    cpSync(held, path.join(made.folder, 'repository'), { recursive: true });
    // The old version, while the last honest timestamp is good: nothing is added, altered or removed.
    expect((await looked(reader)).documents).toMatchObject([{ name: 'a.xml' }]);
    clock.time += 7 * day + 1000;
    await refused(reader, 'expired', /timestamp of the feed expired/);
    // With the key they sign on, as long as targets are good, which they cannot sign.
    await sign(readFileSync(file('2.targets.json')), 2, { version: 1001, days: 1000 });
    expect((await looked(reader)).documents).toMatchObject([{ name: 'a.xml' }]);
    clock.time += 180 * day;
    await refused(reader, 'expired', /targets of the feed expired/);
  });

  it('is shut out by a new root with other online keys, however far ahead they went', async () => {
    const { made, reader, sign, file, targets } = await thief();
    const clean = path.join(temporaryFolder(), 'clean');
    cpSync(made.folder, clean, { recursive: true });
    await sign(readFileSync(file('2.targets.json')), 2, { version: 1_000_000, days: 3000 });
    await looked(reader);
    const { roles } = feedStatus(clean);
    const keys: PublicKey[] = [];
    for (const role of ['snapshot', 'timestamp'] as const) keys.push(await newOnlineKey(clean, role, passphrase));
    const changes = keys.flatMap((key) => {
      const role = key.holder.replace('-2', '');
      const old = roles.find((one) => one.role === role)?.holders[0];
      return [
        { kind: 'remove' as const, role, holder: role, keyIds: [old?.keyId ?? ''] },
        { kind: 'add' as const, role, key },
      ];
    });
    const { proposal } = await proposeFeed(clean, { keys: changes, holders: keys });
    await publishFeed(clean, { passphrase, signatures: await made.sign(proposal) });
    cpSync(path.join(clean, 'repository'), path.join(made.folder, 'repository'), { recursive: true });
    const { documents, version } = await looked(reader);
    expect({ names: documents.map(({ name }) => name), version }).toEqual({ names: ['a.xml'], version: 2 });
    await sign(metadataBytes(targets()), 2, { version: 2_000_000, days: 7 });
    await refused(reader, 'signature', /timestamp.json bears 0 of the 1 signatures/);
  });
});
