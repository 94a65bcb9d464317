import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createKey } from '../publish/keys.ts';
import { day } from '../testing/clock.ts';
import { benchFor, looked, refused } from '../testing/reader.ts';
import { SimulatedRepository } from '../testing/repository.ts';
import { serveSite } from '../testing/site.ts';
import { tufSource } from './index.ts';

const namesIn = (documents: { readonly documents: readonly { readonly name: string }[] } | undefined) =>
  documents?.documents.map(({ name }) => name);

/** Releases a timestamp signed `days` later than the one before, good until `good` days from then. */
async function signedAfter(repository: SimulatedRepository, days: number, good = days + 7): Promise<void> {
  repository.roles.timestamp.expiresAt = repository.signedAt + good * day;
  repository.signedAt += days * day;
  await repository.release();
}

describe('a reader of a feed', () => {
  it('has nothing before its first look', async () => {
    const bench = await benchFor(await SimulatedRepository.released());
    expect(bench.source.last()).toBeUndefined();
  });

  it('gives the documents of a version, when it was signed and until when it is good', async () => {
    const repository = await SimulatedRepository.released();
    const bench = await benchFor(repository);
    expect(await looked(bench.source)).toEqual({
      version: 1,
      signedAt: Math.floor(repository.signedAt / 1000) * 1000,
      expiresAt: Math.floor(repository.roles.timestamp.expiresAt / 1000) * 1000,
      documents: [{ name: 'CVE-2022-41040.xml', bytes: Buffer.from('<mitigation id="CVE-2022-41040"/>') }],
    });
  });

  it('remembers without a network what it verified, over restarts', async () => {
    const repository = await SimulatedRepository.released();
    const bench = await benchFor(repository);
    const verified = await looked(bench.source);
    repository.served.clear();
    expect(bench.restarted().last()).toEqual(verified);
  });

  it('leaves no connection behind: those of a crowd would fill the server that told it to look', async () => {
    const repository = await SimulatedRepository.released();
    for (let count = 0; count < 20; count += 1)
      repository.documents.set(`M${count}.xml`, Buffer.from(`<m n="${count}"/>`));
    await repository.release();
    const connections = new Set<Socket>();
    const site = await serveSite(repository.served, ({ socket }) => {
      connections.add(socket);
      return false;
    });
    const { config, clock, disk: files } = await benchFor(repository, { url: site.url });
    await looked(tufSource({ ...config, url: site.url }, { clock, files }));
    expect(connections.size).toBeLessThanOrEqual(4);
    await expect.poll(() => [...connections].every(({ destroyed }) => destroyed), { timeout: 15_000 }).toBe(true);
    connections.clear();
    repository.documents.set('new.xml', Buffer.from('<new/>'));
    await repository.release();
    await looked(tufSource({ ...config, url: site.url }, { clock, files }));
    expect(connections.size).toBe(1);
  });

  it('follows additions, changes and removals', async () => {
    const repository = await SimulatedRepository.released();
    const bench = await benchFor(repository);
    await looked(bench.source);
    repository.documents.set('PING1.xml', Buffer.from('<mitigation id="PING1"/>'));
    await repository.release();
    expect(namesIn(await looked(bench.source))).toEqual(['CVE-2022-41040.xml', 'PING1.xml']);
    repository.documents.delete('CVE-2022-41040.xml');
    repository.documents.set('PING1.xml', Buffer.from('<mitigation id="PING1" revision="2"/>'));
    await repository.release();
    const { documents } = await looked(bench.source);
    expect(documents).toEqual([{ name: 'PING1.xml', bytes: Buffer.from('<mitigation id="PING1" revision="2"/>') }]);
  });

  it('asks once when nothing is new, and then gets no body', async () => {
    const bench = await benchFor(await SimulatedRepository.released());
    await looked(bench.source);
    bench.site.forget();
    await looked(bench.source);
    expect(bench.site.requests).toEqual(['/metadata/timestamp.json 304']);
  });

  it('asks for the next root before it believes a new timestamp, and for nothing that it has', async () => {
    const bench = await benchFor(await SimulatedRepository.released());
    await looked(bench.source);
    bench.site.forget();
    await bench.repository.release();
    await looked(bench.source);
    expect(bench.site.requests).toEqual([
      '/metadata/timestamp.json 200',
      '/metadata/2.root.json 404',
      '/metadata/2.snapshot.json 200',
      '/metadata/2.targets.json 200',
    ]);
  });

  it('asks for the next root again after a day, even if the timestamp stays the same', async () => {
    const bench = await benchFor(await SimulatedRepository.released(), { limits: { rootProbeMs: 0 } });
    await looked(bench.source);
    bench.site.forget();
    await looked(bench.source);
    expect(bench.site.requests).toContain('/metadata/2.root.json 404');
  });

  it('fetches a document again that was damaged on disk', async () => {
    const bench = await benchFor(await SimulatedRepository.released());
    const verified = await looked(bench.source);
    for (const [file, bytes] of bench.disk.contents) {
      if (file.includes('/documents/')) bench.disk.contents.set(file, Buffer.concat([bytes, Buffer.from('x')]));
    }
    expect(bench.source.last()).toBeUndefined();
    expect(await looked(bench.source)).toEqual(verified);
  });

  it.each([
    'current.json',
    'root.json',
    'timestamp.json',
    'snapshot.json',
    'targets.json',
    'clock.json',
    'enrolled.json',
  ])('recovers from a damaged %s', async (name) => {
    const bench = await benchFor(await SimulatedRepository.released());
    const verified = await looked(bench.source);
    bench.disk.contents.set(`/state/${name}`, Buffer.from('{"half'));
    expect(await looked(bench.restarted())).toEqual(verified);
  });

  it('judges by the clock it was given', async () => {
    const then = Date.UTC(2001, 0, 1);
    const bench = await benchFor(await SimulatedRepository.released(then));
    expect(bench.clock.time).toBe(then);
    expect((await looked(bench.source)).signedAt).toBe(then);
    bench.clock.time = Date.now();
    await refused(bench.restarted(), 'expired', /^the root of the feed expired at 2002-01-01T00:00:00Z/);
  });

  it('is not fooled by a clock set back: time does not go below what signed metadata proved', async () => {
    const { repository, ...bench } = await benchFor(await SimulatedRepository.released());
    await looked(bench.source);
    await signedAfter(repository, 20);
    bench.clock.time = repository.signedAt;
    await looked(bench.source);
    await signedAfter(repository, 0, -1);
    bench.clock.time -= 20 * day;
    await refused(bench.source, 'expired', /^the timestamp of the feed expired/);
  });

  it('lets go of a wrong floor of its clock when the timestamp role gets new keys', async () => {
    const { repository, ...bench } = await benchFor(await SimulatedRepository.released());
    await looked(bench.source);
    await signedAfter(repository, 20);
    await looked(bench.source);
    await signedAfter(repository, -20);
    await refused(bench.source, 'expired', /^the timestamp of the feed expired/);
    await repository.rotateRoot((roles) => {
      roles.timestamp.keys = [createKey('ed25519')];
    });
    await repository.release();
    await looked(bench.source);
  });

  it('does not believe a time of signing at which the snapshot had expired', async () => {
    const { repository, ...bench } = await benchFor(await SimulatedRepository.released());
    await looked(bench.source);
    await signedAfter(repository, 1000);
    await looked(bench.source);
    await signedAfter(repository, -1000);
    await looked(bench.source);
  });

  it.each([
    ['rootBytes', 100, /1\.root\.json|root/],
    ['timestampBytes', 100, /timestamp\.json is longer than 100 bytes/],
    ['snapshotBytes', 100, /1\.snapshot\.json is longer than 100 bytes/],
    ['targetsBytes', 100, /1\.targets\.json is longer than 100 bytes/],
    ['documentBytes', 10, /CVE-2022-41040\.xml has 33 bytes and 10 are the most taken/],
    ['totalBytes', 10, /documents have 33 bytes and 10 are the most taken/],
  ] as const)('keeps to its cap %s', async (limit, value, reason) => {
    const repository = await SimulatedRepository.released();
    if (limit === 'rootBytes') {
      await repository.rotateRoot(() => {});
      repository.served.set('metadata/2.root.json', Buffer.alloc(200, 0x20));
    }
    const root = repository.file('metadata/1.root.json');
    const bench = await benchFor(repository, { root, limits: { [limit]: value } });
    await refused(bench.source, 'content', reason);
  });

  it('keeps to its cap on the number of documents', async () => {
    const repository = await SimulatedRepository.released();
    repository.documents.set('PING1.xml', Buffer.from('<ping/>'));
    await repository.release();
    const bench = await benchFor(repository, { limits: { documents: 1 } });
    await refused(bench.source, 'content', /has 2 documents and 1 are the most taken/);
  });

  it('reads a repository without consistent snapshots too', async () => {
    const repository = new SimulatedRepository();
    repository.consistentSnapshot = false;
    repository.documents.set('folder/with space.xml', Buffer.from('<a/>'));
    await repository.buildRoot();
    await repository.build();
    const bench = await benchFor(repository);
    expect(namesIn(await looked(bench.source))).toEqual(['folder/with space.xml']);
    await repository.release();
    expect((await looked(bench.source)).version).toBe(2);
  });

  it('looks once at a time, also when asked twice', async () => {
    const bench = await benchFor(await SimulatedRepository.released());
    const [first, second] = await Promise.all([bench.source.look(), bench.source.look()]);
    expect(first).toEqual(second);
    expect(bench.site.requests.filter((line) => line.startsWith('/metadata/1.targets.json'))).toHaveLength(1);
  });
});
