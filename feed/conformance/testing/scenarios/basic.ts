import { expect } from 'vitest';
import { put } from '../../../testing/json.ts';
import { SimulatedRepository } from '../../../testing/repository.ts';
import { openBench, type Scenario } from '../bench.ts';

const online = ['timestamp', 'snapshot', 'targets'] as const;
const first = ['root 1', 'snapshot 1', 'targets 1', 'timestamp 1'];

/** The ordinary course, and metadata that is not what it should be. */
export const basic: readonly Scenario[] = [
  {
    name: 'the first refresh asks for the next root, timestamp, snapshot and targets, in that order, and trusts what it finds',
    run: async () => {
      const bench = await openBench();
      expect(await bench.refresh()).toBe('ok');
      expect(bench.asked()).toEqual(['2.root.json', 'timestamp.json', '1.snapshot.json', '1.targets.json']);
      expect(bench.trusted()).toEqual(first);
    },
  },
  {
    name: 'a refresh with nothing new asks for the next root and the timestamp alone',
    run: async () => {
      const bench = await openBench();
      await bench.refresh();
      bench.asked();
      expect(await bench.refresh()).toBe('ok');
      expect(bench.asked()).toEqual(['2.root.json', 'timestamp.json']);
    },
  },
  {
    name: 'a download refreshes first; an artifact that nobody signs is refused',
    run: async () => {
      const bench = await openBench();
      expect(await bench.download('nothing')).toBe('content');
      expect(bench.trusted()).toEqual(first);
    },
  },
  {
    name: 'an initial root without a version is refused before any request',
    run: async () => {
      const bench = await openBench();
      const root = JSON.parse(bench.repository.root.toString('utf8'));
      put(root, ['signed', 'version'], undefined);
      bench.enrol(Buffer.from(JSON.stringify(root)));
      expect([await bench.refresh(), bench.asked()]).toEqual(['configuration', []]);
    },
  },
  {
    name: 'an initial root with a false signature is refused before any request',
    run: async () => {
      const bench = await openBench();
      const root = JSON.parse(bench.repository.root.toString('utf8'));
      put(root, ['signatures', '0', 'sig'], '00'.repeat(64));
      bench.enrol(Buffer.from(JSON.stringify(root)));
      expect([await bench.refresh(), bench.asked()]).toEqual(['configuration', []]);
    },
  },
  {
    name: 'unknown fields in metadata, in a key and in a role are covered by signatures and otherwise ignored',
    run: async () => {
      const bench = await openBench();
      await bench.refresh();
      bench.repository.edits.set('root', (signed) => {
        put(signed, ['custom'], { a: 1 });
        for (const key of Object.values(Reflect.get(signed, 'keys'))) put(key as object, ['extra'], ['b']);
        put(signed, ['roles', 'root', 'more'], 'c');
      });
      await bench.repository.rotateRoot(() => {});
      expect(await bench.refresh()).toBe('ok');
      expect(bench.trusted()).toContain('root 2');
    },
  },
  {
    name: 'what is trusted stands on disk byte for byte as it was served',
    run: async () => {
      const { repository, ...bench } = await openBench();
      await repository.release();
      await bench.refresh();
      expect(await bench.download('CVE-2022-41040.xml')).toBe('ok');
      expect(bench.artifacts()).toEqual({ 'CVE-2022-41040.xml': '<mitigation id="CVE-2022-41040"/>' });
      expect(bench.onDisk('timestamp')).toEqual(repository.file('metadata/timestamp.json'));
      expect(bench.onDisk('root')).toEqual(repository.file('metadata/1.root.json'));
    },
  },
  {
    name: 'a timestamp whose content has changed and not its version is not taken',
    run: async () => {
      const { repository, ...bench } = await openBench();
      await bench.refresh();
      const before = repository.file('metadata/timestamp.json');
      repository.claimed.set('snapshot.json', 100);
      await repository.build();
      expect(await bench.refresh()).toBe('ok');
      expect(bench.onDisk('timestamp')).toEqual(before);
    },
  },
  ...online.map((role) => ({
    name: `${role} without any signature is refused`,
    run: async () => {
      const { repository, ...bench } = await openBench();
      await bench.refresh();
      repository.impostors.set(role, []);
      await repository.release();
      expect(await bench.refresh()).toBe('signature');
      expect(bench.trusted()).toContain(`${role} 1`);
    },
  })),
  {
    name: 'root without any signature is refused',
    run: async () => {
      const { repository, ...bench } = await openBench();
      repository.roles.root.version = 2;
      await repository.buildRoot([]);
      expect(await bench.refresh()).toBe('signature');
      expect(bench.trusted()).toEqual(['root 1']);
    },
  },
  ...online.map((role) => ({
    name: `${role} of the wrong type, properly signed, is refused`,
    run: async () => {
      const { repository, ...bench } = await openBench();
      await bench.refresh();
      repository.edits.set(role, (signed) => put(signed, ['_type'], 'root'));
      await repository.release();
      expect(await bench.refresh()).toBe('content');
      expect(bench.trusted()).toContain(`${role} 1`);
    },
  })),
  {
    name: 'root of the wrong type, properly signed, is refused',
    run: async () => {
      const { repository, ...bench } = await openBench();
      repository.edits.set('root', (signed) => put(signed, ['_type'], 'targets'));
      await repository.rotateRoot(() => {});
      expect(await bench.refresh()).toBe('content');
      expect(bench.trusted()).toEqual(['root 1']);
    },
  },
  ...[0, -1, 2 ** 53, '2', null].map((version) => ({
    name: `a timestamp of version ${JSON.stringify(version)} is refused`,
    run: async () => {
      const { repository, ...bench } = await openBench();
      repository.edits.set('timestamp', (signed) => put(signed, ['version'], version));
      await repository.build();
      expect(await bench.refresh()).toBe('content');
      expect(bench.trusted()).toEqual(['root 1']);
    },
  })),
  ...['2.0.0', '0.9', 'one', 1].map((said) => ({
    name: `metadata of the specification's version ${JSON.stringify(said)} is refused`,
    run: async () => {
      const { repository, ...bench } = await openBench();
      repository.edits.set('snapshot', (signed) => put(signed, ['spec_version'], said));
      await repository.build();
      expect(await bench.refresh()).toBe('content');
      expect(bench.trusted()).toEqual(['root 1', 'timestamp 1']);
    },
  })),
  ...['never', '', 7, undefined].map((expires) => ({
    name: `metadata that expires at ${JSON.stringify(expires) ?? 'no time'} is refused`,
    run: async () => {
      const { repository, ...bench } = await openBench();
      repository.edits.set('targets', (signed) => put(signed, ['expires'], expires));
      await repository.build();
      expect(await bench.refresh()).toBe('content');
      expect(bench.trusted()).toEqual(['root 1', 'snapshot 1', 'timestamp 1']);
    },
  })),
  ...(['timestamp', 'snapshot', 'targets', 'root'] as const).map((role) => ({
    name: `a ${role} that is no JSON is refused`,
    run: async () => {
      const repository = await SimulatedRepository.released();
      repository.metaHashes = false;
      await repository.release();
      const bench = await openBench(repository);
      const file = role === 'timestamp' ? 'timestamp.json' : `2.${role}.json`;
      repository.served.set(`metadata/${file}`, Buffer.from('<html>log in</html>'));
      expect(await bench.refresh()).toBe('content');
      expect(bench.trusted()).not.toContain(`${role} 2`);
    },
  })),
];
