import { describe, expect, it } from 'vitest';
import { sha256 } from '../digest.ts';
import { createKey } from '../publish/keys.ts';
import { targetFileName } from '../publish/metadata.ts';
import { day } from '../testing/clock.ts';
import { type Bench, benchFor, looked, refused } from '../testing/reader.ts';
import { SimulatedRepository } from '../testing/repository.ts';

/** A reader that has verified version 3 of a feed with two documents. */
async function trusting(): Promise<Bench> {
  const repository = await SimulatedRepository.released();
  repository.documents.set('PING1.xml', Buffer.from('<mitigation id="PING1"/>'));
  await repository.release();
  await repository.release();
  const bench = await benchFor(repository);
  expect((await looked(bench.source)).version).toBe(3);
  return bench;
}

/** The publisher adds a document and releases it; returns where it is served. */
async function addDocument({ repository }: Bench, name = 'NEW.xml', text = '<mitigation id="NEW"/>'): Promise<string> {
  repository.documents.set(name, Buffer.from(text));
  await repository.release();
  return `targets/${targetFileName(name, sha256(Buffer.from(text)))}`;
}

function changeByte(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}

/** The last step of each: once the publisher's own release is served again, the reader goes on as if nothing had been. */
async function goesOnAfterwards(bench: Bench): Promise<void> {
  const { repository } = bench;
  repository.impostors.clear();
  repository.served.clear();
  await repository.buildRoot();
  await repository.release();
  expect((await looked(bench.source)).version).toBe(repository.roles.targets.version);
}

describe('a feed tampered with changes nothing and is explained', () => {
  it('one byte of a document changed', async () => {
    const bench = await trusting();
    const file = await addDocument(bench);
    bench.repository.served.set(file, changeByte(bench.repository.file(file), 5));
    await refused(bench.source, 'content', /the document NEW\.xml is not the one that was signed .*hash/);
    await goesOnAfterwards(bench);
  });

  it('a document replaced by another signed one', async () => {
    const bench = await trusting();
    const file = await addDocument(bench);
    bench.repository.served.set(file, Buffer.from('<mitigation id="OLD"/>'));
    await refused(bench.source, 'content', /the document NEW\.xml is not the one that was signed .*hash/);
    bench.repository.served.set(file, Buffer.from('<mitigation id="PING1"/>'));
    await refused(bench.source, 'content', /NEW\.xml is longer than 22 bytes/);
    await goesOnAfterwards(bench);
  });

  it.each<readonly [string, (signed: Record<string, unknown>) => object]>([
    ['with more than was signed', ({ meta, ...signed }) => ({ ...signed, meta: { ...Object(meta), other: 1 } })],
    [
      'with a number that cannot be signed',
      ({ meta, ...signed }) => ({ ...signed, meta: { ...Object(meta), other: 1.5 } }),
    ],
    ['without the version of its form', ({ spec_version, ...signed }) => ({ ...signed, spec_version: '' })],
  ])('the timestamp %s', async (_, change) => {
    const bench = await trusting();
    const { repository } = bench;
    await repository.release();
    const { signed, signatures } = JSON.parse(repository.file('metadata/timestamp.json').toString());
    repository.served.set(
      'metadata/timestamp.json',
      Buffer.from(JSON.stringify({ signatures, signed: change(signed) })),
    );
    await refused(bench.source, 'content', /timestamp\.json says more, or less, than what is signed of it/);
    await goesOnAfterwards(bench);
  });

  it('the timestamp rolled back', async () => {
    const bench = await trusting();
    const { repository } = bench;
    repository.roles.timestamp.version = 2;
    await repository.build();
    await refused(bench.source, 'rollback', /timestamp\.json .*version 2 .* version 3 was verified before/);
    repository.roles.timestamp.version = 3;
    await goesOnAfterwards(bench);
  });

  it('the snapshot rolled back', async () => {
    const bench = await trusting();
    const { repository } = bench;
    repository.roles.snapshot.version = 2;
    repository.roles.timestamp.version = 4;
    await repository.build();
    await refused(bench.source, 'rollback', /version 2 of snapshot\.json, but version 3 was verified before/);
    repository.roles.snapshot.version = 3;
    await goesOnAfterwards(bench);
  });

  it('the targets rolled back', async () => {
    const bench = await trusting();
    const { repository } = bench;
    repository.roles.targets.version = 2;
    repository.roles.snapshot.version = 4;
    repository.roles.timestamp.version = 4;
    await repository.build();
    await refused(bench.source, 'rollback', /version 2 of targets\.json, but version 3 was verified before/);
    repository.roles.targets.version = 3;
    await goesOnAfterwards(bench);
  });

  it('frozen: the same timestamp served until it has expired', async () => {
    const bench = await trusting();
    bench.clock.time += 8 * day;
    await refused(bench.source, 'expired', /^the timestamp of the feed expired at \S+; .*not renewed/);
    bench.clock.time -= 8 * day;
    await goesOnAfterwards(bench);
  });

  it('an expired timestamp offered as a new one', async () => {
    const bench = await trusting();
    const { repository } = bench;
    repository.roles.timestamp.expiresAt = repository.signedAt - day;
    await repository.release();
    await refused(bench.source, 'expired', /^the timestamp of the feed expired at /);
    repository.roles.timestamp.expiresAt = repository.signedAt + 7 * day;
    await goesOnAfterwards(bench);
  });

  it('a snapshot of another version mixed in', async () => {
    const bench = await trusting();
    const { repository } = bench;
    await addDocument(bench);
    repository.served.set('metadata/4.snapshot.json', repository.file('metadata/3.snapshot.json'));
    await refused(bench.source, 'content', /snapshot\.json is not the one that the signed metadata names .*mixed/);
    await goesOnAfterwards(bench);
  });

  it('targets of another version mixed in', async () => {
    const bench = await trusting();
    const { repository } = bench;
    await addDocument(bench);
    repository.served.set('metadata/4.targets.json', repository.file('metadata/3.targets.json'));
    await refused(bench.source, 'content', /targets\.json is not the one that the signed metadata names .*mixed/);
    await goesOnAfterwards(bench);
  });

  it.each(['timestamp', 'snapshot', 'targets'] as const)('%s signed with an unknown key', async (role) => {
    const bench = await trusting();
    bench.repository.impostors.set(role, [createKey('ed25519')]);
    await addDocument(bench);
    await refused(bench.source, 'signature', new RegExp(`^${role}\\.json bears 0 of the 1 signatures that are needed`));
    await goesOnAfterwards(bench);
  });

  it('signatures short of the threshold', async () => {
    const repository = await SimulatedRepository.released();
    const keys = [createKey('ed25519'), createKey('ecdsa-p256'), createKey('ed25519')];
    await repository.rotateRoot((roles) => Object.assign(roles.targets, { keys, threshold: 2 }));
    await repository.release();
    const bench = await benchFor(repository);
    await looked(bench.source);
    repository.impostors.set('targets', keys.slice(0, 1));
    await addDocument(bench);
    await refused(bench.source, 'signature', /^targets\.json bears 1 of the 2 signatures that are needed/);
    await goesOnAfterwards(bench);
  });

  it('a document cut short, and one that does not end', async () => {
    const bench = await trusting();
    const file = await addDocument(bench);
    const whole = bench.repository.file(file);
    bench.repository.served.set(file, whole.subarray(0, -1));
    await refused(bench.source, 'content', /NEW\.xml is not the one that was signed .*length/);
    bench.repository.served.set(file, Buffer.concat([whole, Buffer.alloc(10 * 1024 * 1024, 0x20)]));
    await refused(bench.source, 'content', /NEW\.xml is longer than 22 bytes/);
    await goesOnAfterwards(bench);
  });

  it('metadata larger than its cap', async () => {
    const bench = await trusting();
    const { served } = bench.repository;
    await addDocument(bench);
    const timestamp = bench.repository.file('metadata/timestamp.json');
    served.set('metadata/timestamp.json', Buffer.concat([timestamp, Buffer.alloc(1024 * 1024, 0x20)]));
    await refused(bench.source, 'content', /timestamp\.json is longer than 16384 bytes/);
    served.set('metadata/timestamp.json', timestamp);
    served.set('metadata/2.root.json', Buffer.alloc(1024 * 1024, 0x20));
    await refused(bench.source, 'content', /2\.root\.json is longer than 131072 bytes/);
    await goesOnAfterwards(bench);
  });

  it('a root that the old root has not signed', async () => {
    const bench = await trusting();
    const { repository } = bench;
    await addDocument(bench);
    const { keys } = repository.roles.root;
    repository.roles.root.version = 2;
    repository.roles.root.keys = [createKey('ed25519')];
    await repository.buildRoot();
    await refused(bench.source, 'signature', /^2\.root\.json bears 0 of the 1 signatures/);
    Object.assign(repository.roles.root, { keys, version: 1 });
    await goesOnAfterwards(bench);
  });

  it('the metadata of another feed', async () => {
    const bench = await trusting();
    const { served } = bench.repository;
    const other = await SimulatedRepository.released();
    for (let count = 0; count < 4; count += 1) await other.release();
    for (const [name, bytes] of other.served) served.set(name, bytes);
    await refused(bench.source, 'signature', /^timestamp\.json bears 0 of the 1 signatures/);
    await goesOnAfterwards(bench);
  });

  it('a page of something else in place of the feed', async () => {
    const bench = await trusting();
    await addDocument(bench);
    bench.repository.served.set('metadata/timestamp.json', Buffer.from('<html>Please log in to the network</html>'));
    await refused(
      bench.source,
      'content',
      /^timestamp\.json is no such metadata .*nothing on the way answers in its place/,
    );
    await goesOnAfterwards(bench);
  });

  it('refuses again what it refused, even when the server says that it has not changed', async () => {
    const bench = await trusting();
    bench.repository.impostors.set('timestamp', [createKey('ed25519')]);
    await addDocument(bench);
    for (let count = 0; count < 3; count += 1) await refused(bench.source, 'signature', /^timestamp\.json/);
    await refused(bench.restarted(), 'signature', /^timestamp\.json/);
    await goesOnAfterwards(bench);
  });
});
