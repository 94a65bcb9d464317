import { expect } from 'vitest';
import { day } from '../../../testing/clock.ts';
import { delegate, openBench, type Scenario } from '../bench.ts';

/** What has run out, and when it still serves. */
export const expiry: readonly Scenario[] = [
  {
    name: 'an expired root is trusted as a root, and nothing else is taken with it',
    run: async () => {
      const { repository, ...bench } = await openBench();
      await bench.refresh();
      repository.roles.root.expiresAt = repository.signedAt - day;
      await repository.rotateRoot(() => {});
      await repository.release();
      expect(await bench.refresh()).toBe('expired');
      expect(bench.trusted()).toEqual(['root 2', 'snapshot 1', 'targets 1', 'timestamp 1']);
    },
  },
  {
    name: 'an expired root in between is followed to a good one',
    run: async () => {
      const { repository, ...bench } = await openBench();
      repository.roles.root.expiresAt = repository.signedAt - day;
      await repository.rotateRoot(() => {});
      repository.roles.root.expiresAt = repository.signedAt + day;
      await repository.rotateRoot(() => {});
      expect(await bench.refresh()).toBe('ok');
      expect(bench.trusted()).toContain('root 3');
    },
  },
  ...(['timestamp', 'snapshot', 'targets'] as const).map((role) => ({
    name: `an expired ${role} is refused, and the one before stays`,
    run: async () => {
      const { repository, ...bench } = await openBench();
      await bench.refresh();
      repository.roles[role].expiresAt = repository.signedAt - 5 * day;
      await repository.release();
      expect(await bench.refresh()).toBe('expired');
      expect(bench.trusted()).toContain(`${role} 1`);
    },
  })),
  {
    name: 'a timestamp that has expired on disk still serves to check a newer one',
    run: async () => {
      const { repository, ...bench } = await openBench();
      await bench.refresh();
      bench.clock.time += 18 * day;
      repository.roles.timestamp.expiresAt = bench.clock.time + 3 * day;
      await repository.release();
      expect(await bench.refresh()).toBe('ok');
      expect(bench.trusted()).toEqual(['root 1', 'snapshot 2', 'targets 2', 'timestamp 2']);
    },
  },
  {
    name: 'a timestamp that has expired on disk still protects against an older one',
    run: async () => {
      const { repository, ...bench } = await openBench();
      await repository.release();
      await bench.refresh();
      bench.clock.time += 18 * day;
      repository.roles.timestamp.version = 1;
      repository.roles.timestamp.expiresAt = bench.clock.time + 3 * day;
      await repository.build();
      expect(await bench.refresh()).toBe('rollback');
    },
  },
  {
    name: 'a frozen repository is noticed when its timestamp runs out',
    run: async () => {
      const bench = await openBench();
      await bench.refresh();
      bench.clock.time += 8 * day;
      expect(await bench.refresh()).toBe('expired');
    },
  },
  {
    name: 'a clock that is set back does not make expired metadata good: the time that was proven is the floor',
    run: async () => {
      const { repository, ...bench } = await openBench();
      repository.signedAt += 10 * day;
      repository.roles.timestamp.expiresAt = repository.signedAt + day;
      bench.clock.time = repository.signedAt;
      await repository.release();
      expect(await bench.refresh()).toBe('ok');
      repository.signedAt -= 9 * day;
      repository.roles.timestamp.expiresAt = repository.signedAt + 2 * day;
      await repository.release();
      bench.clock.time -= 9 * day;
      expect(await bench.refresh()).toBe('expired');
    },
  },
  {
    name: 'a delegated role that is expired from the start is not used',
    run: async () => {
      const { repository, ...bench } = await openBench();
      repository.delegates.push(delegate('inner', { 'inner/a': 'A' }, { expiresAt: repository.signedAt - day }));
      await repository.release();
      expect(await bench.refresh()).toBe('ok');
      expect(await bench.download('inner/a')).toBe('expired');
      expect([bench.artifacts(), bench.trusted().length]).toEqual([{}, 4]);
    },
  },
  {
    name: 'a delegated role on disk is not used once it has expired',
    run: async () => {
      const { repository, ...bench } = await openBench();
      repository.delegates.push(
        delegate('inner', { 'inner/a': 'A', 'inner/b': 'B' }, { expiresAt: repository.signedAt + 5 * day }),
      );
      await repository.release();
      expect(await bench.download('inner/a')).toBe('ok');
      bench.clock.time += 6 * day;
      expect(await bench.download('inner/b')).toBe('expired');
      expect(bench.artifacts()).toEqual({ 'inner/a': 'A' });
    },
  },
  {
    name: 'a delegated role that has expired on disk is replaced by a newer one',
    run: async () => {
      const { repository, ...bench } = await openBench();
      const inner = delegate('inner', { 'inner/a': 'A', 'inner/b': 'B' }, { expiresAt: repository.signedAt + day });
      repository.delegates.push(inner);
      await repository.release();
      await bench.download('inner/a');
      inner.expiresAt += 5 * day;
      await repository.release();
      bench.clock.time += 3 * day;
      expect(await bench.download('inner/b')).toBe('ok');
      expect(bench.artifacts()).toEqual({ 'inner/a': 'A', 'inner/b': 'B' });
    },
  },
];
