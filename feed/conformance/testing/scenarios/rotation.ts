import type { KeyObject } from 'node:crypto';
import { expect } from 'vitest';
import { createKey } from '../../../publish/keys.ts';
import { SimulatedRepository } from '../../../testing/repository.ts';
import { openBench, type Scenario } from '../bench.ts';

/** A root as it is published: whose keys it names, how many must sign, and who did. Numbers stand for keys. */
interface RootStep {
  readonly keys: readonly number[];
  readonly threshold: number;
  readonly signed: readonly number[];
}

const step = (keys: readonly number[], threshold: number, signed: readonly number[]): RootStep => ({
  keys,
  threshold,
  signed,
});
const five = [0, 1, 2, 3, 4];
const otherFive = [0, 1, 3, 4, 5];

/** Each a chain of roots from the one the client has; the last says whether it is to be trusted. */
const chains: readonly (readonly [name: string, trusted: boolean, ...steps: RootStep[]])[] = [
  ['one key replaced, signed by the old and the new', true, step([1], 1, [1]), step([2], 1, [2, 1]), step([2], 1, [2])],
  [
    'one key replaced, with signatures of strangers beside',
    true,
    step([1], 1, [3, 1, 4]),
    step([2], 1, [3, 2, 1, 4]),
    step([2], 1, [3, 2, 4]),
  ],
  [
    'three of five, another three each time',
    true,
    step(five, 3, [0, 2, 4]),
    step(five, 3, [0, 4, 1]),
    step(five, 3, [0, 1, 3]),
  ],
  [
    'three of five, one key replaced, by three who are in both',
    true,
    step(five, 3, [0, 2, 4]),
    step(otherFive, 3, [0, 4, 1]),
  ],
  [
    'three of five, one key replaced, by three old and three new',
    true,
    step(five, 3, [0, 2, 4]),
    step(otherFive, 3, [0, 2, 4, 5]),
    step(otherFive, 3, [0, 4, 5]),
  ],
  [
    'three of five, all keys replaced',
    true,
    step(five, 3, [0, 2, 4]),
    step([5, 6, 7, 8, 9], 3, [0, 2, 4, 5, 6, 7]),
    step([5, 6, 7, 8, 9], 3, [5, 6, 7]),
  ],
  ['the threshold raised from one to two of three', true, step([1, 2, 3], 1, [1]), step([1, 2, 3], 2, [1, 2])],
  [
    'the threshold lowered from two to one of three',
    true,
    step([1, 2, 3], 2, [1, 2]),
    step([1, 2, 3], 1, [1, 2]),
    step([1, 2, 3], 1, [1]),
  ],
  ['a key added and the threshold raised to both', true, step([1], 1, [1]), step([1, 2], 2, [1, 2])],
  ['one key replaced, not signed by the old one', false, step([1], 1, [1]), step([2], 1, [2, 3, 4])],
  ['one key replaced, not signed by the new one', false, step([1], 1, [1]), step([2], 1, [1, 3, 4])],
  [
    'three of five, one key replaced, only two of the new ones sign',
    false,
    step(five, 3, [0, 2, 4]),
    step(otherFive, 3, [0, 2, 4]),
  ],
  [
    'three of five, one key replaced, only two of the old ones sign',
    false,
    step(five, 3, [0, 2, 4]),
    step(otherFive, 3, [0, 4, 5]),
  ],
  ['the threshold raised and not reached', false, step([1, 2, 3], 1, [1]), step([1, 2, 3], 2, [2])],
  ['the threshold lowered, and the old one not reached', false, step([1, 2, 3], 2, [1, 2]), step([1, 2, 3], 1, [1])],
];

/** The same for one role below the root: whose keys the next root names for it, and who signs it then. */
const releases: readonly (readonly [name: string, trusted: boolean, step: RootStep])[] = [
  ['a new key signs', true, step([2], 1, [2])],
  ['the key stays, and strangers sign beside', true, step([1], 1, [3, 1, 4])],
  ['a new key is named and the old one signs', false, step([2], 1, [1, 3, 4])],
  ['three of five are named and only two of them sign', false, step(otherFive, 3, [0, 2, 4])],
  ['three of five are named and two sign', false, step(otherFive, 3, [0, 4])],
  ['three of five sign: the first', true, step(five, 3, [0, 2, 4])],
  ['three of five sign: others', true, step(five, 3, [1, 2, 3])],
];

const freshKeys = (): readonly KeyObject[] => Array.from({ length: 10 }, () => createKey('ed25519'));
const pick = (keys: readonly KeyObject[], numbers: readonly number[]) =>
  numbers.flatMap((number) => keys[number] ?? []);

async function publishRoot(
  repository: SimulatedRepository,
  keys: readonly KeyObject[],
  { keys: named, threshold, signed }: RootStep,
) {
  Object.assign(repository.roles.root, { keys: pick(keys, named), threshold });
  await repository.buildRoot(pick(keys, signed));
}

/** Keys replaced, of every role. */
export const rotation: readonly Scenario[] = [
  ...chains.map(([name, trusted, ...steps]) => ({
    name: `root: ${name}: ${trusted ? 'followed' : 'refused'}`,
    run: async () => {
      const repository = await SimulatedRepository.released();
      const keys = freshKeys();
      for (const [index, one] of steps.entries()) {
        repository.roles.root.version = index + 1;
        await publishRoot(repository, keys, one);
      }
      const bench = await openBench(repository);
      bench.enrol(repository.file('metadata/1.root.json'));
      expect(await bench.refresh()).toBe(trusted ? 'ok' : 'signature');
      const newest = trusted ? steps.length : steps.length - 1;
      expect(bench.onDisk('root')).toEqual(repository.file(`metadata/${newest}.root.json`));
    },
  })),
  ...(['timestamp', 'snapshot', 'targets'] as const).flatMap((role) =>
    releases.map(([name, trusted, { keys: named, threshold, signed }]) => ({
      name: `${role}: ${name}: ${trusted ? 'trusted' : 'refused'}`,
      run: async () => {
        const { repository, ...bench } = await openBench();
        await bench.refresh();
        const keys = freshKeys();
        await repository.rotateRoot((roles) => Object.assign(roles[role], { keys: pick(keys, named), threshold }));
        repository.impostors.set(role, pick(keys, signed));
        await repository.release();
        expect(await bench.refresh()).toBe(trusted ? 'ok' : 'signature');
        expect(bench.trusted()).toContain('root 2');
        expect(bench.trusted().includes(`${role} 2`)).toBe(trusted);
      },
    })),
  ),
  {
    name: 'targets on disk that the new keys have not signed are fetched anew',
    run: async () => {
      const { repository, ...bench } = await openBench();
      await bench.refresh();
      await repository.rotateRoot((roles) => {
        roles.targets.keys = [createKey('ed25519')];
      });
      repository.metaHashes = false;
      await repository.build();
      for (const role of ['snapshot', 'timestamp'] as const) repository.roles[role].version += 1;
      await repository.build();
      bench.asked();
      expect(await bench.refresh()).toBe('ok');
      expect(bench.asked()).toContain('1.targets.json');
    },
  },
  {
    name: 'fifty-three roots in a row, each by new keys, are followed from the first',
    run: async () => {
      const { repository, ...bench } = await openBench();
      for (let count = 0; count < 52; count += 1) {
        await repository.rotateRoot((roles) => {
          roles.root.keys = [createKey('ed25519')];
        });
      }
      await repository.release();
      expect(await bench.refresh()).toBe('ok');
      expect(bench.trusted()).toContain('root 53');
    },
  },
  {
    name: 'a chain of roots with a link missing is followed as far as it goes',
    run: async () => {
      const { repository, ...bench } = await openBench();
      for (let count = 0; count < 4; count += 1) await repository.rotateRoot(() => {});
      repository.served.delete('metadata/4.root.json');
      expect(await bench.refresh()).toBe('ok');
      expect(bench.trusted()).toContain('root 3');
    },
  },
  {
    name: 'a root in the place of another version is refused',
    run: async () => {
      const { repository, ...bench } = await openBench();
      await repository.rotateRoot(() => {});
      await repository.rotateRoot(() => {});
      repository.served.set('metadata/2.root.json', repository.file('metadata/3.root.json'));
      expect(await bench.refresh()).toBe('rollback');
      expect(bench.trusted()).toEqual(['root 1']);
    },
  },
];
