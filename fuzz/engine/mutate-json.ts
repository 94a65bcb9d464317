import { type Material, type Mutation, mutate } from './mutate.ts';
import type { Random } from './random.ts';

/** JSON as it is written, in which a key may stand twice and be called anything. */
type Node = { readonly open: '{' | '['; entries: [string, Node][] } | { readonly open: undefined; text: string };

const scalars = [
  'null',
  'true',
  '0',
  '-1',
  '1',
  '2',
  '1.5',
  '1e400',
  '9007199254740993',
  '""',
  '[]',
  '{}',
  '"9999-12-31T23:59:59Z"',
];
const keys = ['"__proto__"', '"constructor"', '""', '"toString"'];

/** One to four changes of values, keys and places in JSON, which stays JSON. What is none comes back changed like any bytes. */
export const mutateJson: Mutation = (input, material) => {
  const top = parsed(input.toString('utf8'));
  if (!top) return mutate(input, material);
  const root: Node = { open: '[', entries: [['', top]] };
  for (let left = 1 + material.random.below(4); left > 0; left--) change(root, material);
  return Buffer.from(root.entries.map(([, node]) => written(node)).join(''));
};

function change(root: Node, { random, words }: Material): void {
  const all = below(root);
  const holder = random.pick(all.filter((node) => node.open !== undefined && node.entries.length > 0)) ?? root;
  if (holder.open === undefined) return;
  const { entries } = holder;
  const at = random.below(entries.length);
  const [key = '', value] = entries[at] ?? [];
  const other = random.pick(all);
  if (!value || !other) return;
  switch (random.below(8)) {
    case 0:
      if (holder !== root) entries.splice(at, 1);
      break;
    case 1:
      if (holder !== root)
        entries.splice(random.below(entries.length + 1), 0, [keyFrom(random, key, words), copyOf(value)]);
      break;
    case 2:
      entries[at] = [key, copyOf(other)];
      break;
    case 3:
      entries[at] = [keyFrom(random, key, words), value];
      break;
    case 4:
      entries[at] = [key, { open: undefined, text: random.pick(scalars) ?? '0' }];
      break;
    default:
      changeText(random.pick(below(value).filter((node) => node.open === undefined)), random);
  }
}

function keyFrom(random: Random, key: string, words: readonly Buffer[]): string {
  if (random.once(2)) return key;
  return random.once(2) ? (random.pick(keys) ?? key) : JSON.stringify(random.pick(words)?.toString('utf8') ?? '');
}

function changeText(node: Node | undefined, random: Random): void {
  if (!node || node.open !== undefined) return;
  const value: unknown = JSON.parse(node.text);
  if (typeof value === 'number') node.text = JSON.stringify(value + random.below(5) - 2);
  if (typeof value !== 'string') return;
  const at = random.below(value.length + 1);
  const put = String.fromCharCode(random.once(4) ? random.below(0x2100) : 0x20 + random.below(0x5f)).repeat(
    random.below(3),
  );
  node.text = JSON.stringify(value.slice(0, at) + put + value.slice(at + random.below(3)));
}

function below(node: Node): readonly Node[] {
  const all: Node[] = [node];
  for (const one of all) if (one.open !== undefined) all.push(...one.entries.map(([, child]) => child));
  return all;
}

function copyOf(node: Node): Node {
  if (node.open === undefined) return { ...node };
  return { open: node.open, entries: node.entries.map(([key, child]) => [key, copyOf(child)]) };
}

function parsed(text: string): Node | undefined {
  try {
    return nodeOf(JSON.parse(text), 0);
  } catch {
    return undefined;
  }
}

function nodeOf(value: unknown, depth: number): Node {
  if (typeof value !== 'object' || value === null || depth > 100)
    return { open: undefined, text: JSON.stringify(value) };
  if (Array.isArray(value)) return { open: '[', entries: value.map((one) => ['', nodeOf(one, depth + 1)]) };
  return {
    open: '{',
    entries: Object.entries(value).map(([key, one]) => [JSON.stringify(key), nodeOf(one, depth + 1)]),
  };
}

function written(node: Node): string {
  if (node.open === undefined) return node.text;
  if (node.open === '[') return `[${node.entries.map(([, child]) => written(child)).join()}]`;
  return `{${node.entries.map(([key, child]) => `${key === '' ? '""' : key}:${written(child)}`).join()}}`;
}
