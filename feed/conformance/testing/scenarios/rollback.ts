import { expect } from 'vitest';
import { createKey } from '../../../publish/keys.ts';
import { type Bench, delegate, openBench, type Scenario } from '../bench.ts';

/** A client that has seen version 3 of everything. */
async function seen(metaHashes = true): Promise<Bench> {
  const bench = await openBench();
  bench.repository.metaHashes = metaHashes;
  await bench.repository.release();
  await bench.repository.release();
  expect(await bench.refresh()).toBe('ok');
  return bench;
}

/** New keys for these roles, by a new root. */
async function rotate({ repository }: Bench, ...roles: ('timestamp' | 'snapshot' | 'targets')[]): Promise<void> {
  await repository.rotateRoot((all) => {
    for (const role of roles) all[role].keys = [createKey('ed25519')];
  });
}

/** Older versions in place of newer ones, and the way back from versions far ahead. */
export const rollback: readonly Scenario[] = [
  {
    name: 'an older timestamp is refused before anything else is asked for',
    run: async () => {
      const bench = await seen();
      bench.repository.roles.timestamp.version = 2;
      await bench.repository.build();
      bench.asked();
      expect(await bench.refresh()).toBe('rollback');
      expect(bench.asked().at(-1)).toBe('timestamp.json');
      expect(bench.trusted()).toContain('timestamp 3');
    },
  },
  ...[true, false].flatMap((hashes) => {
    const how = hashes ? 'with hashes' : 'without hashes';
    return [
      {
        name: `a newer timestamp that names an older snapshot is refused (${how})`,
        run: async () => {
          const bench = await seen(hashes);
          bench.repository.roles.snapshot.version = 2;
          bench.repository.roles.timestamp.version = 4;
          await bench.repository.build();
          expect(await bench.refresh()).toBe('rollback');
          expect(bench.trusted()).toEqual(expect.arrayContaining(['snapshot 3', 'timestamp 3']));
        },
      },
      {
        name: `a newer snapshot that names older targets is refused (${how})`,
        run: async () => {
          const bench = await seen(hashes);
          bench.repository.roles.targets.version = 2;
          bench.repository.roles.snapshot.version = 4;
          bench.repository.roles.timestamp.version = 4;
          await bench.repository.build();
          expect(await bench.refresh()).toBe('rollback');
          expect(bench.trusted()).toEqual(expect.arrayContaining(['snapshot 3', 'targets 3']));
        },
      },
      {
        name: `a newer snapshot that names an older delegated role is refused (${how})`,
        run: async () => {
          const bench = await openBench();
          bench.repository.metaHashes = hashes;
          const inner = delegate('inner', { 'inner/a': 'A' });
          bench.repository.delegates.push(inner);
          await bench.repository.release();
          await bench.repository.release();
          expect(await bench.download('inner/a')).toBe('ok');
          inner.version = 1;
          for (const role of ['targets', 'snapshot', 'timestamp'] as const) bench.repository.roles[role].version += 1;
          await bench.repository.build();
          expect(await bench.refresh()).toBe('rollback');
        },
      },
    ];
  }),
  {
    name: 'a newer snapshot that no longer names a delegated role is refused',
    run: async () => {
      const bench = await openBench();
      bench.repository.delegates.push(delegate('inner', {}));
      await bench.repository.release();
      expect(await bench.refresh()).toBe('ok');
      bench.repository.delegates.length = 0;
      await bench.repository.release();
      expect(await bench.refresh()).toBe('rollback');
    },
  },
  {
    name: 'an older snapshot behind an unchanged timestamp is never asked for',
    run: async () => {
      const bench = await seen();
      bench.repository.served.set('metadata/3.snapshot.json', bench.repository.file('metadata/2.snapshot.json'));
      bench.asked();
      expect([await bench.refresh(), bench.asked()]).toEqual(['ok', ['2.root.json', 'timestamp.json']]);
      expect(bench.trusted()).toContain('snapshot 3');
    },
  },
  {
    name: 'a snapshot of another version than the timestamp names is refused',
    run: async () => {
      const bench = await openBench();
      bench.repository.metaHashes = false;
      await bench.repository.release();
      bench.repository.served.set('metadata/2.snapshot.json', bench.repository.file('metadata/1.snapshot.json'));
      expect(await bench.refresh()).toBe('content');
      expect(bench.trusted()).toEqual(['root 1', 'timestamp 2']);
    },
  },
  {
    name: 'targets of another version than the snapshot names are refused',
    run: async () => {
      const bench = await openBench();
      bench.repository.metaHashes = false;
      await bench.repository.release();
      bench.repository.served.set('metadata/2.targets.json', bench.repository.file('metadata/1.targets.json'));
      expect(await bench.refresh()).toBe('content');
      expect(bench.trusted()).toEqual(['root 1', 'snapshot 2', 'timestamp 2']);
    },
  },
  {
    name: 'targets with another hash than the snapshot names are refused',
    run: async () => {
      const bench = await seen();
      await bench.repository.release();
      const changed = Buffer.from(bench.repository.file('metadata/4.targets.json'));
      changed[changed.length - 1] = 0x20;
      bench.repository.served.set('metadata/4.targets.json', changed);
      expect(await bench.refresh()).toBe('content');
      expect(bench.trusted()).toContain('targets 3');
    },
  },
  {
    name: 'a timestamp far ahead is forgotten when a new root names another key',
    run: async () => {
      const bench = await openBench();
      bench.repository.roles.timestamp.version = 99_999;
      await bench.repository.build();
      expect(await bench.refresh()).toBe('ok');
      await rotate(bench, 'timestamp');
      bench.repository.roles.timestamp.version = 1;
      await bench.repository.build();
      expect(await bench.refresh()).toBe('ok');
      expect(bench.trusted()).toContain('timestamp 1');
    },
  },
  {
    name: 'a snapshot far ahead is forgotten when a new root names other keys for it and the timestamp',
    run: async () => {
      const bench = await openBench();
      bench.repository.roles.snapshot.version = 99_999;
      await bench.repository.release();
      expect(await bench.refresh()).toBe('ok');
      await rotate(bench, 'timestamp', 'snapshot');
      bench.repository.roles.snapshot.version = 1;
      bench.repository.roles.timestamp.version += 1;
      await bench.repository.build();
      expect(await bench.refresh()).toBe('ok');
      expect(bench.trusted()).toContain('snapshot 1');
    },
  },
  {
    name: 'targets far ahead are forgotten when a new root names another key for the snapshot',
    run: async () => {
      const bench = await openBench();
      bench.repository.roles.targets.version = 99_999;
      await bench.repository.release();
      expect(await bench.refresh()).toBe('ok');
      await rotate(bench, 'snapshot');
      bench.repository.roles.targets.version = 1;
      bench.repository.roles.snapshot.version += 1;
      bench.repository.roles.timestamp.version += 1;
      await bench.repository.build();
      expect(await bench.refresh()).toBe('ok');
      expect(bench.trusted()).toContain('targets 1');
    },
  },
  {
    name: 'versions far ahead are not forgotten when a new root names the same keys',
    run: async () => {
      const bench = await openBench();
      bench.repository.roles.timestamp.version = 99_999;
      await bench.repository.build();
      expect(await bench.refresh()).toBe('ok');
      await rotate(bench, 'targets');
      bench.repository.roles.timestamp.version = 1;
      await bench.repository.build();
      expect(await bench.refresh()).toBe('rollback');
    },
  },
];
