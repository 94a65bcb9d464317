import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { createKey } from '../../../publish/keys.ts';
import { put } from '../../../testing/json.ts';
import { type Bench, delegate, openBench, type Scenario } from '../bench.ts';
import { type Edge, graphs, leaves, patterns, searches, tree } from './graphs.ts';

/** A repository with these delegations; roles that several delegate to have one key. */
async function graphOf(
  edges: readonly Edge[],
  artifacts: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
): Promise<Bench> {
  const bench = await openBench();
  const { repository } = bench;
  const seen = new Map<string, ReturnType<typeof createKey>>();
  for (const [from, to, paths = ['*'], terminating = false] of edges) {
    const known = seen.get(to);
    const key = known ?? createKey('ed25519');
    seen.set(to, key);
    const described = { parent: from, paths, terminating, keys: [key] };
    if (!known) repository.delegates.push(delegate(to, artifacts[to] ?? {}, described));
    else addDelegation(bench, from, to, described);
  }
  await repository.release();
  return bench;
}

/** A second delegation to a role that is there already, with paths of its own. */
function addDelegation(
  { repository }: Bench,
  from: string,
  to: string,
  { paths, keys }: { paths: readonly string[]; keys: ReturnType<typeof createKey>[] },
): void {
  const other = delegate(to, {}, { keys });
  const before = repository.edits.get(from);
  repository.edits.set(from, (signed) => {
    before?.(signed);
    const [id = ''] = other.keys.map((key) => repository.keyOf(key).keyID);
    const [json] = other.keys.map((key) => repository.keyOf(key).toJSON());
    if (!Reflect.has(signed, 'delegations')) put(signed, ['delegations'], { keys: {}, roles: [] });
    put(signed, ['delegations', 'keys', id], json);
    const roles = Reflect.get(Reflect.get(signed, 'delegations'), 'roles') as object[];
    roles.push({ name: to, keyids: [id], threshold: 1, terminating: false, paths: [...paths] });
  });
}

const versions = (roles: readonly string[]) => roles.map((role) => `2.${role}.json`);
const below = (asked: readonly string[]) => asked.slice(4);

/** Delegated roles: in which order, and for which artifacts, they are heard. */
export const delegations: readonly Scenario[] = [
  ...graphs.map(([name, edges, visited]) => ({
    name: `a search through ${name}`,
    run: async () => {
      const bench = await graphOf(edges);
      expect(await bench.download('missing')).toBe('content');
      expect(below(bench.asked())).toEqual(versions(visited));
    },
  })),
  ...searches.map(([name, artifact, found, visited]) => ({
    name: `an artifact is ${found ? 'found' : 'not found'}: ${name}`,
    run: async () => {
      const bench = await graphOf(tree, leaves);
      expect(await bench.download(artifact)).toBe(found ? 'ok' : 'content');
      expect(below(bench.asked())).toEqual(versions(visited));
      expect(Object.keys(bench.artifacts())).toEqual(found ? [artifact] : []);
    },
  })),
  ...patterns.map(([pattern, takes, leavesOut]) => ({
    name: `the pattern ${pattern} takes ${takes} and leaves ${leavesOut}`,
    run: async () => {
      const bench = await graphOf([['targets', 'A', [pattern]]], { A: { [takes]: 'yes', [leavesOut]: 'no' } });
      expect([await bench.download(takes), await bench.download(leavesOut)]).toEqual(['ok', 'content']);
    },
  })),
  {
    name: 'a delegation by prefixes of the hash of a path takes just those',
    run: async () => {
      const bench = await graphOf([['targets', 'A']], { A: { yes: 'yes', no: 'no' } });
      const prefix = createHash('sha256').update('yes').digest('hex').slice(0, 4);
      bench.repository.edits.set('targets', (signed) => {
        put(signed, ['delegations', 'roles', '0', 'paths'], undefined);
        put(signed, ['delegations', 'roles', '0', 'path_hash_prefixes'], [prefix]);
      });
      await bench.repository.release();
      expect([await bench.download('yes'), await bench.download('no')]).toEqual(['ok', 'content']);
    },
  },
  {
    name: 'an artifact is looked for in its hash bin, and in no other',
    run: async () => {
      const bench = await openBench();
      const { repository } = bench;
      const key = createKey('ed25519');
      const binOf = (artifact: string) => `bin-${(createHash('sha256').update(artifact).digest()[0] ?? 0) >> 7}`;
      const [right, wrong] = binOf('yes') === 'bin-0' ? ['bin-0', 'bin-1'] : ['bin-1', 'bin-0'];
      const stray = ['no', 'none', 'not', 'nowhere', 'nought'].find((name) => binOf(name) === right) ?? '';
      const described = { parent: 'nobody', keys: [key] };
      repository.delegates.push(
        delegate(right, { yes: 'yes' }, described),
        delegate(wrong, { [stray]: 'no' }, described),
      );
      const { keyID, ...json } = { keyID: repository.keyOf(key).keyID, ...repository.keyOf(key).toJSON() };
      const bins = { keyids: [keyID], threshold: 1, bit_length: 1, name_prefix: 'bin' };
      repository.edits.set('targets', (signed) =>
        put(signed, ['delegations'], { keys: { [keyID]: json }, succinct_roles: bins }),
      );
      await repository.release();
      expect([await bench.download('yes'), await bench.download(stray)]).toEqual(['ok', 'content']);
      expect(bench.asked()).not.toContain(`2.${wrong}.json`);
    },
  },
  {
    name: 'the first role in order decides what an artifact is',
    run: async () => {
      const bench = await graphOf(
        [
          ['targets', 'A'],
          ['targets', 'B'],
        ],
        { A: { one: 'by A' }, B: { one: 'by B', two: 'by B' } },
      );
      expect([await bench.download('one'), await bench.download('two')]).toEqual(['ok', 'ok']);
      expect(bench.artifacts()).toEqual({ one: 'by A', two: 'by B' });
    },
  },
  {
    name: 'roles called by numbers, whose order would be lost, are refused',
    run: async () => {
      const bench = await graphOf(
        [
          ['targets', '2'],
          ['targets', '1'],
        ],
        { 1: { one: 'by 1' }, 2: { one: 'by 2' } },
      );
      expect(await bench.download('one')).toBe('content');
    },
  },
  {
    name: 'a delegated role short of its threshold is refused',
    run: async () => {
      const { repository, ...bench } = await graphOf([['targets', 'A']], { A: { one: 'by A' } });
      Object.assign(repository.delegates[0] ?? {}, {
        keys: [createKey('ed25519'), createKey('ed25519')],
        threshold: 2,
      });
      await repository.release();
      expect(await bench.download('one')).toBe('ok');
      repository.impostors.set('A', repository.delegates[0]?.keys.slice(0, 1) ?? []);
      await repository.release();
      expect(await bench.download('one')).toBe('signature');
    },
  },
  {
    name: 'a delegated role signed by the keys of another role is refused',
    run: async () => {
      const { repository, ...bench } = await graphOf(
        [
          ['targets', 'A'],
          ['targets', 'B'],
        ],
        { A: { one: 'by A' } },
      );
      repository.impostors.set('A', [...(repository.delegates[1]?.keys ?? []), ...repository.roles.snapshot.keys]);
      await repository.release();
      expect(await bench.download('one')).toBe('signature');
    },
  },
  {
    name: 'no more delegated roles than the cap are visited',
    run: async () => {
      const bench = await graphOf(Array.from({ length: 40 }, (_, index): Edge => ['targets', `R${index}`]));
      expect(await bench.download('missing')).toBe('content');
      expect(below(bench.asked())).toHaveLength(32);
    },
  },
];
