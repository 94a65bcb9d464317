import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { systemFiles } from '@stopgap/machine';
import { describe, expect, it } from 'vitest';
import { tufSource } from '../consume/index.ts';
import { createKey } from '../publish/keys.ts';
import type { FeedLook } from '../source.ts';
import { day, testClock } from '../testing/clock.ts';
import { memoryFiles } from '../testing/memory-files.ts';
import { benchFor, looked } from '../testing/reader.ts';
import { SimulatedRepository } from '../testing/repository.ts';
import { temporaryFolder } from '../testing/temporary.ts';
import { writeBundle } from './format.ts';
import { makeBundle } from './make.ts';

const month = { allowanceMs: 30 * day };
const strict = { allowanceMs: 0 };

/** What a repository serves now, as a bundle. */
function bundleOf(repository: SimulatedRepository, change: (files: Map<string, Buffer>) => void = () => {}): Buffer {
  const files = new Map(repository.served);
  change(files);
  return writeBundle({ made: repository.signedAt, files });
}

/** A reader without a url, on a machine without a network, enrolled with the repository's first root. */
async function offline() {
  const repository = await SimulatedRepository.released();
  await repository.release();
  const clock = testClock(repository.signedAt);
  const disk = memoryFiles();
  const config = { name: 'test', root: repository.root, stateFolder: '/state' };
  const open = () => tufSource(config, { clock, files: disk });
  const source = open();
  const take = async (bundle: Buffer, terms = strict): Promise<FeedLook> =>
    (await source.take?.(bundle, terms)) ?? { ok: false, trouble: { step: 'configuration', reason: 'takes none' } };
  return { repository, clock, source, open, take, disk };
}

const outcome = (look: FeedLook) => (look.ok ? `version ${look.documents.version}` : look.trouble.step);

describe('an offline bundle', () => {
  it('is all that a feed without a url needs, and stands until the next', async () => {
    const { repository, source, open, take } = await offline();
    expect(await source.look()).toMatchObject({
      ok: false,
      trouble: { reason: expect.stringContaining('check --bundle') },
    });
    const look = await take(bundleOf(repository));
    expect(look).toMatchObject({ ok: true, documents: { version: 2, documents: [{ name: 'CVE-2022-41040.xml' }] } });
    expect(await source.look()).toEqual(look);
    expect(await open().look()).toEqual(look);
  });

  it('older than what was seen is refused, also one from before a look over the network', async () => {
    const { repository, take, source } = await offline();
    const old = bundleOf(repository);
    await repository.release();
    expect(outcome(await take(bundleOf(repository)))).toBe('version 3');
    expect(await take(old)).toMatchObject({ ok: false, trouble: { step: 'rollback' } });
    expect(source.last()?.version).toBe(3);

    const bench = await benchFor(repository);
    await looked(bench.source);
    expect(await bench.source.take?.(old, month)).toMatchObject({ ok: false, trouble: { step: 'rollback' } });
    await repository.release();
    expect((await looked(bench.source)).version).toBe(4);
  });

  it('and a look over the network protect each other', async () => {
    const repository = await SimulatedRepository.released();
    const bench = await benchFor(repository);
    await repository.release();
    expect(await bench.source.take?.(bundleOf(repository), strict)).toMatchObject({ ok: true });
    expect(bench.site.requests).toEqual([]);
    repository.roles.timestamp.version = 1;
    await repository.build();
    expect(await bench.source.look()).toMatchObject({ ok: false, trouble: { step: 'rollback' } });
  });

  it('whose timestamp has run out is taken within what policy allows and no further', async () => {
    const { repository, clock, take } = await offline();
    const bundle = bundleOf(repository);
    clock.time += 10 * day;
    expect(await take(bundle)).toMatchObject({ ok: false, trouble: { step: 'expired' } });
    expect(outcome(await take(bundle, { allowanceMs: 2 * day }))).toBe('expired');
    expect(outcome(await take(bundle, { allowanceMs: 4 * day }))).toBe('version 2');
    clock.time += 30 * day;
    expect(outcome(await take(bundle, month))).toBe('expired');
  });

  it('is never judged by a time before the floor of the clock', async () => {
    const { repository, clock, take } = await offline();
    const first = bundleOf(repository);
    expect(outcome(await take(first))).toBe('version 2');
    repository.signedAt += 20 * day;
    repository.roles.timestamp.expiresAt = repository.signedAt + 7 * day;
    clock.time = repository.signedAt;
    await repository.release();
    expect(outcome(await take(bundleOf(repository)))).toBe('version 3');
    // A newer one whose timestamp had run out before that: no allowance and no clock set back makes it good.
    repository.signedAt -= 15 * day;
    repository.roles.timestamp.expiresAt = repository.signedAt + 2 * day;
    await repository.release();
    clock.time -= 15 * day;
    expect(outcome(await take(bundleOf(repository), month))).toBe('expired');
  });

  it.each(['root', 'targets'] as const)('is allowed nothing on its %s', async (role) => {
    const { repository, clock, take } = await offline();
    repository.roles[role].expiresAt = repository.signedAt + day;
    await repository.rotateRoot(() => {});
    await repository.release();
    clock.time += 2 * day;
    expect(await take(bundleOf(repository), month)).toMatchObject({
      ok: false,
      trouble: { step: 'expired', reason: expect.stringContaining(`the ${role} of the feed expired`) },
    });
  });

  it('carries the chain of roots: without a link it is refused', async () => {
    const { repository, take } = await offline();
    for (let count = 0; count < 3; count += 1) {
      await repository.rotateRoot((roles) => {
        roles.root.keys = [createKey('ed25519')];
        roles.timestamp.keys = [createKey('ed25519')];
      });
    }
    await repository.release();
    const without = bundleOf(repository, (files) => files.delete('metadata/3.root.json'));
    expect(await take(without)).toMatchObject({ ok: false, trouble: { step: 'signature' } });
    expect(outcome(await take(bundleOf(repository)))).toBe('version 3');
  });

  it('without one of its files, or of another feed, is refused, and what was taken stays', async () => {
    const { repository, take, source, open, disk } = await offline();
    await take(bundleOf(repository));
    repository.documents.set('new.xml', Buffer.from('<new/>'));
    await repository.release();
    const before = new Map(disk.contents);
    const needed = [...repository.served.keys()].filter((name) =>
      /timestamp|3\.(snapshot|targets)|new\.xml/.test(name),
    );
    expect(needed.length).toBe(4);
    for (const name of needed) {
      const without = bundleOf(repository, (files) => files.delete(name));
      expect(await open().take?.(without, strict), name).toMatchObject({
        ok: false,
        trouble: { step: 'content', reason: expect.stringContaining(`the bundle has no ${name}`) },
      });
      disk.contents.clear();
      for (const [file, bytes] of before) disk.contents.set(file, bytes);
    }
    const other = await SimulatedRepository.released();
    for (let count = 0; count < 5; count += 1) await other.release();
    expect(await take(bundleOf(other))).toMatchObject({ ok: false, trouble: { step: 'signature' } });
    expect(source.last()?.version).toBe(2);
    expect(outcome(await take(bundleOf(repository)))).toBe('version 3');
  });

  it('with metadata beyond the caps of a look is refused', async () => {
    const { repository, take } = await offline();
    const big = bundleOf(repository, (files) => files.set('metadata/timestamp.json', Buffer.alloc(20_000, 0x20)));
    expect(await take(big)).toMatchObject({
      ok: false,
      trouble: { step: 'content', reason: expect.stringContaining('16384 bytes') },
    });
  });
});

describe('making a bundle', () => {
  /** The repository as files, as a publisher's folder or a mirror has them. */
  async function onDisk(repository: SimulatedRepository): Promise<string> {
    const folder = temporaryFolder();
    for (const [name, bytes] of repository.served) {
      systemFiles.makeFolder(path.join(folder, path.dirname(name)));
      writeFileSync(path.join(folder, name), bytes);
    }
    return folder;
  }

  it('puts in what a reader with the oldest root needs, and that reader takes it', async () => {
    const { repository, take } = await offline();
    repository.documents.set('twin.xml', repository.documents.get('CVE-2022-41040.xml') ?? Buffer.alloc(0));
    await repository.rotateRoot(({ timestamp }) => {
      timestamp.keys = [createKey('ed25519')];
    });
    await repository.release();
    const made = await makeBundle(await onDisk(repository));
    expect(made).toMatchObject({
      version: 3,
      documents: 2,
      roots: { from: 1, to: 2 },
      signedAt: Math.floor(repository.signedAt / 1000) * 1000,
    });
    expect(outcome(await take(made.bytes))).toBe('version 3');
  });

  it('refuses a repository that no reader would take, and a folder that has none', async () => {
    const repository = await SimulatedRepository.released();
    repository.impostors.set('targets', [createKey('ed25519')]);
    await repository.release();
    await expect(makeBundle(await onDisk(repository))).rejects.toMatchObject({
      code: 'feed-damaged',
      message: expect.stringContaining('targets.json bears 0 of the 1 signatures'),
    });
    await expect(makeBundle(temporaryFolder())).rejects.toMatchObject({ code: 'feed-missing' });
  });
});
