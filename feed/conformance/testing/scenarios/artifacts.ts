import { expect } from 'vitest';
import { put } from '../../../testing/json.ts';
import { SimulatedRepository } from '../../../testing/repository.ts';
import { type Bench, openBench, type Scenario } from '../bench.ts';

const name = 'CVE-2022-41040.xml';
const text = '<mitigation id="CVE-2022-41040"/>';

/** The file of the artifact, as it is served. */
function served({ repository }: Bench): string {
  const file = [...repository.served.keys()].find((one) => one.endsWith(name));
  if (file === undefined) throw new Error('not served');
  return file;
}

const damages: readonly (readonly [how: string, change: (bytes: Buffer) => Buffer])[] = [
  ['a byte longer than signed', (bytes) => Buffer.concat([bytes, Buffer.of(0)])],
  ['a byte shorter than signed', (bytes) => bytes.subarray(1)],
  ['as long as signed and different', (bytes) => Buffer.from(bytes.toString().replace('41040', '41041'))],
  ['without end', (bytes) => Buffer.concat([bytes, Buffer.alloc(4 * 1024 * 1024, 0x20)])],
  ['empty', () => Buffer.alloc(0)],
];

const caps: readonly (readonly [file: string, bytes: number])[] = [
  ['timestamp.json', 16 * 1024],
  ['2.root.json', 128 * 1024],
  ['2.snapshot.json', 256 * 1024],
  ['2.targets.json', 2 * 1024 * 1024],
];

/** Artifacts, their lengths and hashes; caps; consistent snapshots; what is fetched again and what not. */
export const artifacts: readonly Scenario[] = [
  {
    name: 'an artifact that was downloaded is not fetched again while it is the same',
    run: async () => {
      const bench = await openBench();
      expect(await bench.download(name)).toBe('ok');
      bench.repository.served.delete(served(bench));
      expect(await bench.download(name)).toBe('ok');
      expect(bench.artifacts()).toEqual({ [name]: text });
    },
  },
  {
    name: 'an artifact that has changed is fetched again and stored under the same name',
    run: async () => {
      const bench = await openBench();
      await bench.download(name);
      for (let count = 0; count < 3; count += 1) {
        bench.repository.documents.set(name, Buffer.from(`version ${count}`));
        await bench.repository.release();
        expect(await bench.download(name)).toBe('ok');
        expect(bench.artifacts()).toEqual({ [name]: `version ${count}` });
      }
    },
  },
  ...damages.map(([how, change]) => ({
    name: `an artifact ${how} is refused, and the one before stays`,
    run: async () => {
      const bench = await openBench();
      await bench.download(name);
      bench.repository.documents.set(name, Buffer.from('<mitigation id="CVE-2022-41040" />'));
      await bench.repository.release();
      const file = [...bench.repository.served.keys()].filter((one) => one.endsWith(name)).at(-1) ?? '';
      bench.repository.served.set(file, change(bench.repository.file(file)));
      expect(await bench.download(name)).toBe('content');
      expect(bench.artifacts()).toEqual({ [name]: text });
    },
  })),
  {
    name: 'two artifacts swapped are both refused',
    run: async () => {
      const { repository, ...bench } = await openBench();
      repository.consistentSnapshot = false;
      repository.documents = new Map([
        ['a', Buffer.from('A')],
        ['b', Buffer.from('B')],
      ]);
      await repository.rotateRoot(() => {});
      await repository.release();
      repository.served.set('targets/a', Buffer.from('B'));
      repository.served.set('targets/b', Buffer.from('A'));
      expect([await bench.download('a'), await bench.download('b')]).toEqual(['content', 'content']);
      expect(bench.artifacts()).toEqual({});
    },
  },
  {
    name: 'an artifact whose hash is SHA-512 alone is verified by that',
    run: async () => {
      const { repository, ...bench } = await openBench();
      const { createHash } = await import('node:crypto');
      const sha512 = createHash('sha512').update(text).digest('hex');
      repository.edits.set('targets', (signed) => put(signed, ['targets', name, 'hashes'], { sha512 }));
      await repository.release();
      repository.served.set(`targets/${sha512}.${name}`, Buffer.from(text));
      expect(await bench.download(name)).toBe('ok');
      repository.served.set(`targets/${sha512}.${name}`, Buffer.from(text.replace('41040', '41041')));
      expect(await bench.download(name)).toBe('content');
      expect(bench.artifacts()).toEqual({ [name]: text });
    },
  },
  {
    name: 'one of several hashes that does not hold is enough to refuse an artifact',
    run: async () => {
      const { repository, ...bench } = await openBench();
      repository.edits.set('targets', (signed) => put(signed, ['targets', name, 'hashes', 'sha512'], '00'.repeat(64)));
      await repository.release();
      expect(await bench.download(name)).toBe('content');
    },
  },
  ...[{}, { md5: '0'.repeat(32) }].map((hashes) => ({
    name: `an artifact with ${Object.keys(hashes)[0] ?? 'no hash'} alone is refused`,
    run: async () => {
      const { repository, ...bench } = await openBench();
      repository.edits.set('targets', (signed) => put(signed, ['targets', name, 'hashes'], hashes));
      await repository.release();
      expect(await bench.download(name)).toBe('content');
    },
  })),
  ...caps.map(([file, bytes]) => ({
    name: `${file.replace(/^2\./, '')} longer than ${bytes} bytes is refused while it arrives`,
    run: async () => {
      const repository = await SimulatedRepository.released();
      repository.metaHashes = false;
      const bench = await openBench(repository);
      await repository.release();
      repository.served.set(`metadata/${file}`, Buffer.alloc(bytes + 1, 0x20));
      expect(await bench.refresh()).toBe('content');
      expect(bench.trusted()).toContain('root 1');
    },
  })),
  {
    name: 'metadata longer than the signed length is refused while it arrives',
    run: async () => {
      const { repository, ...bench } = await openBench();
      await repository.release();
      repository.served.set(
        'metadata/2.snapshot.json',
        Buffer.concat([repository.file('metadata/2.snapshot.json'), Buffer.of(0x20)]),
      );
      expect(await bench.refresh()).toBe('content');
      expect(bench.trusted()).toEqual(['root 1', 'timestamp 2']);
    },
  },
  {
    name: 'without consistent snapshots, names have neither versions nor hashes',
    run: async () => {
      const { repository, ...bench } = await openBench();
      repository.consistentSnapshot = false;
      await repository.rotateRoot(() => {});
      await repository.release();
      expect(await bench.download(name)).toBe('ok');
      expect(bench.asked()).toEqual(['2.root.json', '3.root.json', 'timestamp.json', 'snapshot.json', 'targets.json']);
    },
  },
  {
    name: 'consistent snapshots are switched on by a root, and names have versions and hashes from then on',
    run: async () => {
      const { repository, ...bench } = await openBench();
      repository.consistentSnapshot = false;
      await repository.rotateRoot(() => {});
      await repository.release();
      await bench.refresh();
      repository.consistentSnapshot = true;
      await repository.rotateRoot(() => {});
      await repository.release();
      bench.asked();
      expect(await bench.download(name)).toBe('ok');
      expect(bench.asked()).toEqual([
        '3.root.json',
        '4.root.json',
        'timestamp.json',
        '3.snapshot.json',
        '3.targets.json',
      ]);
    },
  },
  {
    name: 'a repository that is missing half way leaves what was trusted, and is taken when it is whole',
    run: async () => {
      const { repository, ...bench } = await openBench();
      await bench.refresh();
      await repository.release();
      const snapshot = repository.file('metadata/2.snapshot.json');
      repository.served.delete('metadata/2.snapshot.json');
      expect(await bench.refresh()).toBe('http');
      expect(bench.trusted()).toEqual(['root 1', 'snapshot 1', 'targets 1', 'timestamp 2']);
      repository.served.set('metadata/2.snapshot.json', snapshot);
      expect(await bench.refresh()).toBe('ok');
      expect(bench.trusted()).toEqual(['root 1', 'snapshot 2', 'targets 2', 'timestamp 2']);
    },
  },
];
