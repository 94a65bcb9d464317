import type { FileChange, Finding, HeldAction, HostPlan } from '@stopgap/agent';
import { idleLines, idlePool, markedPools, withMarks } from './marks.ts';
import { type ConfigFile, type Pool, poolsOf } from './tree.ts';

/** What stands and what has to change so that exactly the wanted pools are out of service. Pure. */
export function planPools(host: string, tree: readonly ConfigFile[], wanted: readonly HeldAction[]): HostPlan {
  const pools = poolsOf(tree);
  const names = wanted.map(({ action }) => (action.kind === 'appPool' ? action.name : ''));
  const problems = new Map(names.map((name) => [name, problemOf(pools.get(name))]));
  const out = new Set(names.filter((name) => pools.has(name) && problems.get(name) === undefined));
  const texts = textsFor(tree, pools, out);
  const changes = tree.flatMap((file): readonly FileChange[] => {
    const text = texts.get(file.path) ?? file.bare;
    if (text === file.text) return [];
    const { mode } = file.state;
    const before = { base64: Buffer.from(file.text, 'latin1').toString('base64'), mode };
    const after = { base64: Buffer.from(text, 'latin1').toString('base64'), mode };
    return [{ kind: 'file', host, path: file.path, before, after, summary: summaryOf(file.text, text) }];
  });
  const findings = names.map((name) => findingOf(name, pools.get(name), problems.get(name), texts));
  return { findings, changes };
}

function textsFor(
  tree: readonly ConfigFile[],
  pools: ReadonlyMap<string, Pool>,
  out: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const noneLeft = out.size > 0 && [...pools.keys()].every((name) => out.has(name));
  const [first] = noneLeft ? [...pools.values()] : [];
  const home = first?.places[0]?.file.path;
  return new Map(
    tree.map(({ path, bare }) => [
      path,
      withMarks(bare, out, first && path === home ? idleLines(first.settings) : undefined),
    ]),
  );
}

/** Why a pool's lines cannot be taken out. */
function problemOf(pool: Pool | undefined): string | undefined {
  if (!pool) return undefined;
  if (pool.name === idlePool) return 'this is the name of our own stand-in';
  for (const { file } of pool.places) {
    if (file.parsed.problem !== undefined) return `${file.path}, ${file.parsed.problem}; write it on one line`;
    if (file.parsed.includes.some(({ section }) => section === pool.name)) {
      return `${file.path}: an include stands in the section [${pool.name}]; move it above all pools`;
    }
  }
  return undefined;
}

function findingOf(
  name: string,
  pool: Pool | undefined,
  problem: string | undefined,
  texts: ReadonlyMap<string, string>,
): Finding {
  if (!pool) return { presence: 'absent', detail: `there is no pool [${name}]` };
  if (problem !== undefined) return { presence: 'conflict', detail: problem };
  const places = pool.places.map(({ file, section }) => `${file.path} line ${section.from + 1}`).join(', ');
  const files = pool.places.map(({ file }) => file);
  if (files.every((file) => texts.get(file.path) === file.text)) {
    return { presence: 'in-place', detail: `[${name}] is taken out of ${places}` };
  }
  const partly = files.some((file) => markedPools(file.text).has(name));
  const listen = pool.settings.get('listen') ?? 'nowhere';
  return partly
    ? { presence: 'drifted', detail: `[${name}] is not taken out as it was: ${places}` }
    : { presence: 'absent', detail: `[${name}] of ${places} listens on ${listen}` };
}

function summaryOf(before: string, after: string): string {
  const [was, is] = [markedPools(before), markedPools(after)];
  const gone = [...is].filter((name) => !was.has(name)).map((name) => `take pool [${name}] out`);
  const back = [...was].filter((name) => !is.has(name)).map((name) => `put pool [${name}] back`);
  return [...gone, ...back].join(', ') || 'put the lines of ours right';
}
