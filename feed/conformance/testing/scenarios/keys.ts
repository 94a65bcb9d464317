import type { KeyObject } from 'node:crypto';
import { expect } from 'vitest';
import { createKey } from '../../../publish/keys.ts';
import { got, put } from '../../../testing/json.ts';
import { foreignKey, testKey } from '../../../testing/keys.ts';
import type { SimulatedRepository } from '../../../testing/repository.ts';
import { delegate, openBench, type Scenario } from '../bench.ts';

const fresh = (count: number) => Array.from({ length: count }, () => createKey('ed25519'));

/** A root that gives the snapshot these keys and this threshold, and a release signed by `signers`. */
async function snapshotBy(
  repository: SimulatedRepository,
  keys: KeyObject[],
  threshold: number,
  signers = keys,
): Promise<void> {
  await repository.rotateRoot((roles) => Object.assign(roles.snapshot, { keys, threshold }));
  repository.impostors.set('snapshot', signers);
  await repository.release();
}

/** Changes the root after its keys and roles were written, and signs it. */
async function editedRoot(repository: SimulatedRepository, edit: (signed: object) => void): Promise<void> {
  repository.edits.set('root', edit);
  await repository.rotateRoot(() => {});
}

const kinds = [
  ['Ed25519', () => createKey('ed25519')],
  ['ECDSA on P-256', () => createKey('ecdsa-p256')],
  ['ECDSA on P-384', () => foreignKey('ecdsa-p384')],
  ['RSA-PSS', () => foreignKey('rsa')],
] as const;

/** How many signatures count, and by which keys. */
export const keys: readonly Scenario[] = [
  {
    name: 'fewer signatures than the threshold are refused',
    run: async () => {
      const bench = await openBench();
      const five = fresh(5);
      await snapshotBy(bench.repository, five, 3, five.slice(0, 2));
      expect(await bench.refresh()).toBe('signature');
      expect(bench.trusted()).toEqual(['root 2', 'timestamp 2']);
    },
  },
  {
    name: 'a threshold above the number of keys is never reached',
    run: async () => {
      const bench = await openBench();
      await snapshotBy(bench.repository, fresh(5), 6);
      expect(await bench.refresh()).toBe('signature');
    },
  },
  {
    name: 'just as many signatures as the threshold are enough',
    run: async () => {
      const bench = await openBench();
      const five = fresh(5);
      await snapshotBy(bench.repository, five, 3, five.slice(2));
      expect(await bench.refresh()).toBe('ok');
    },
  },
  {
    name: 'signatures by keys that the root lists and does not give to the role do not count',
    run: async () => {
      const { repository, ...bench } = await openBench();
      const five = fresh(5);
      const others = repository.roles.targets.keys;
      await snapshotBy(repository, five, 3, [...five.slice(0, 2), ...others]);
      expect(await bench.refresh()).toBe('signature');
    },
  },
  {
    name: 'a key that a role names and the root does not list does not count',
    run: async () => {
      const { repository, ...bench } = await openBench();
      const two = fresh(2);
      Object.assign(repository.roles.snapshot, { keys: two, threshold: 2 });
      await editedRoot(repository, (signed) => put(signed, ['keys', two.map(testKey)[1]?.keyID ?? ''], undefined));
      await repository.release();
      expect(await bench.refresh()).toBe('signature');
    },
  },
  {
    name: 'one signature given twice counts for nothing',
    run: async () => {
      const { repository, ...bench } = await openBench();
      await snapshotBy(repository, fresh(2), 2);
      repository.impostors.set('snapshot', repository.roles.snapshot.keys.slice(0, 1));
      repository.damages.set('snapshot', (file) => file.signatures.push({ ...file.signatures[0] }));
      await repository.release();
      expect(await bench.refresh()).toBe('content');
    },
  },
  {
    name: 'one key listed under several ids is refused',
    run: async () => {
      const { repository, ...bench } = await openBench();
      await bench.refresh();
      repository.twin = 'snapshot';
      await repository.rotateRoot(() => {});
      expect(await bench.refresh()).toBe('signature');
      expect(bench.trusted()).toContain('root 1');
    },
  },
  {
    name: 'one key listed twice in two spellings is refused',
    run: async () => {
      const { repository, ...bench } = await openBench();
      const [key] = repository.roles.snapshot.keys.map(testKey);
      await editedRoot(repository, (signed) => {
        put(signed, ['keys', 'twin'], { ...key?.toJSON(), keyval: { public: key?.keyVal.public?.toUpperCase() } });
        put(signed, ['roles', 'snapshot', 'keyids'], [key?.keyID, 'twin']);
        put(signed, ['roles', 'snapshot', 'threshold'], 2);
      });
      expect(await bench.refresh()).toBe('signature');
      expect(bench.trusted()).toEqual(['root 1']);
    },
  },
  {
    name: 'one key listed twice among the keys of a delegation is refused',
    run: async () => {
      const { repository, ...bench } = await openBench();
      const inner = delegate('inner', { 'inner/a': 'A' });
      repository.delegates.push(inner);
      const [key] = inner.keys.map(testKey);
      repository.edits.set('targets', (signed) => put(signed, ['delegations', 'keys', 'twin'], key?.toJSON()));
      await repository.release();
      expect(await bench.download('inner/a')).toBe('signature');
    },
  },
  {
    name: 'a key id named twice in a role is refused',
    run: async () => {
      const { repository, ...bench } = await openBench();
      await editedRoot(repository, (signed) => {
        const [id] = got(signed, ['roles', 'snapshot', 'keyids']) as string[];
        put(signed, ['roles', 'snapshot', 'keyids'], [id, id]);
      });
      expect(await bench.refresh()).toBe('content');
      expect(bench.trusted()).toEqual(['root 1']);
    },
  },
  ...[0, -1, '1', null].map((threshold) => ({
    name: `a threshold of ${JSON.stringify(threshold)} is refused`,
    run: async () => {
      const { repository, ...bench } = await openBench();
      await editedRoot(repository, (signed) => put(signed, ['roles', 'targets', 'threshold'], threshold));
      expect(await bench.refresh()).toBe('content');
      expect(bench.trusted()).toEqual(['root 1']);
    },
  })),
  {
    name: 'further signatures by keys that nobody knows do no harm',
    run: async () => {
      const { repository, ...bench } = await openBench();
      const own = repository.roles.timestamp.keys;
      repository.impostors.set('timestamp', [...fresh(2), ...own, ...fresh(1)]);
      await repository.release();
      expect(await bench.refresh()).toBe('ok');
    },
  },
  {
    name: 'a false signature beside enough good ones does no harm',
    run: async () => {
      const { repository, ...bench } = await openBench();
      await snapshotBy(repository, fresh(3), 2);
      repository.damages.set('snapshot', (file) => put(file.signatures, ['0', 'sig'], '00'.repeat(64)));
      await repository.release();
      expect(await bench.refresh()).toBe('ok');
    },
  },
  {
    name: 'an unknown hash algorithm named for a key is ignored',
    run: async () => {
      const { repository, ...bench } = await openBench();
      await editedRoot(repository, (signed) => {
        const [id = ''] = got(signed, ['roles', 'snapshot', 'keyids']) as string[];
        put(signed, ['keys', id, 'keyid_hash_algorithms'], ['md5']);
      });
      await repository.release();
      expect(await bench.refresh()).toBe('ok');
      expect(bench.trusted()).toContain('root 2');
    },
  },
  {
    name: 'a key of an unknown kind beside a good one is passed over',
    run: async () => {
      const { repository, ...bench } = await openBench();
      await editedRoot(repository, (signed) => {
        put(signed, ['keys', 'other'], { keytype: 'sphincs', scheme: 'sphincs', keyval: { public: 'AA' } });
        put(
          signed,
          ['roles', 'snapshot', 'keyids'],
          [...(got(signed, ['roles', 'snapshot', 'keyids']) as string[]), 'other'],
        );
      });
      await repository.release();
      expect(await bench.refresh()).toBe('ok');
    },
  },
  ...kinds.map(([kind, make]) => ({
    name: `every role signed by ${kind} is trusted, and refused when one bit of a signature differs`,
    run: async () => {
      const { repository, ...bench } = await openBench();
      await repository.rotateRoot((roles) => {
        for (const role of Object.values(roles)) role.keys = [make()];
      });
      repository.delegates.push(delegate('inner', { 'inner/a': 'A' }, { keys: [make()] }));
      await repository.release();
      expect(await bench.download('inner/a')).toBe('ok');
      repository.damages.set('timestamp', ({ signatures }) => {
        const good = String(got(signatures, ['0', 'sig']));
        put(signatures, ['0', 'sig'], `${good.slice(0, -1)}${good.endsWith('0') ? '1' : '0'}`);
      });
      await repository.release();
      expect(await bench.refresh()).toBe('signature');
    },
  })),
  {
    name: 'a key whose scheme is not that of its kind signs nothing',
    run: async () => {
      const { repository, ...bench } = await openBench();
      await editedRoot(repository, (signed) => {
        const [id = ''] = got(signed, ['roles', 'timestamp', 'keyids']) as string[];
        put(signed, ['keys', id, 'keytype'], 'ecdsa');
      });
      expect(await bench.refresh()).toBe('signature');
    },
  },
];
