import { isActive, linesOf, parseFile } from './sections.ts';

/** Before each line that we take out: a comment for PHP-FPM, and the line comes back by its loss. */
const mark = ';stopgap; ';
const idleStart =
  ';stopgap+ put here by Stopgap, goes with it: PHP-FPM does not run without a pool, and this one serves nobody';
const idleEnd = ';stopgap-';

/** The name of the pool that stands in where no other is left. */
export const idlePool = 'stopgap-idle';

/** The text without anything of ours: as it was, with what somebody has edited since. */
export function withoutMarks(text: string): string {
  let inIdle = false;
  return linesOf(text)
    .filter((line) => {
      const bare = line.replace(/\r?\n$/, '');
      if (bare === idleStart) inIdle = true;
      const ours = inIdle;
      if (bare === idleEnd) inIdle = false;
      return !ours;
    })
    .map((line) => (line.startsWith(mark) ? line.slice(mark.length) : line))
    .join('');
}

/** The text with the pools' lines taken out; `text` has nothing of ours. `idle`: the stand-in goes before the first of them. */
export function withMarks(text: string, pools: ReadonlySet<string>, idle: readonly string[] | undefined): string {
  const lines = [...linesOf(text)];
  const taken = parseFile(text).sections.filter(({ name }) => pools.has(name));
  for (const { from, to } of taken) {
    for (let index = from; index < to; index++) {
      const line = lines[index] ?? '';
      if (isActive(line)) lines[index] = `${mark}${line}`;
    }
  }
  const [first] = taken;
  if (first && idle) lines.splice(first.from, 0, `${[idleStart, ...idle, idleEnd].join('\n')}\n`);
  return lines.join('');
}

/** Pools of which lines are taken out in the text. */
export function markedPools(text: string): ReadonlySet<string> {
  const marked = linesOf(text).filter((line) => line.startsWith(mark));
  const names = marked.map((line) => /^\s*\[([^\]]*)\]/.exec(line.slice(mark.length))?.[1]?.trim());
  return new Set(names.filter((name) => name !== undefined));
}

/** Whether anything of ours stands in the text. */
export function hasMarks(text: string): boolean {
  return withoutMarks(text) !== text;
}

/** The stand-in's lines in the text, for putting them where they were. */
export function idleIn(text: string): readonly string[] | undefined {
  const lines = linesOf(text).map((line) => line.replace(/\r?\n$/, ''));
  const from = lines.indexOf(idleStart);
  const to = lines.indexOf(idleEnd);
  return from >= 0 && to > from ? lines.slice(from + 1, to) : undefined;
}

/** A pool that only root could reach, and that runs nothing: for where all others are taken out. */
export function idleLines(settings: ReadonlyMap<string, string>): readonly string[] {
  const listen = settings.get('listen') ?? '';
  const folder = listen.startsWith('/') ? listen.slice(0, listen.lastIndexOf('/')) : '/run';
  const same = ['user', 'group'].flatMap((key) => {
    const value = settings.get(key);
    return value === undefined ? [] : [`${key} = ${value}`];
  });
  return [
    `[${idlePool}]`,
    ...same,
    `listen = ${folder}/${idlePool}.sock`,
    'listen.mode = 0600',
    'pm = ondemand',
    'pm.max_children = 1',
    'security.limit_extensions = .stopgap-none',
  ];
}
