import type { Random } from './random.ts';

/** What fresh inputs are made from. */
export interface Material {
  readonly corpus: readonly Buffer[];
  readonly words: readonly Buffer[];
  /** Bytes at most. */
  readonly most: number;
  readonly random: Random;
}

/** A changed copy. */
export type Mutation = (input: Buffer, material: Material) => Buffer;

const numbers = [
  '0',
  '1',
  '-1',
  '255',
  '256',
  '65535',
  '65536',
  '2147483648',
  '4294967296',
  '9007199254740993',
  '1e400',
];
const bytes = [
  0x00, 0x01, 0x09, 0x0a, 0x0d, 0x20, 0x22, 0x26, 0x2e, 0x2f, 0x3c, 0x3e, 0x5c, 0x7b, 0x7d, 0x7f, 0x80, 0xff,
];

/** One to eight small changes; once in a few hundred times one that makes the input as long as it may be. */
export function mutate(base: Buffer, material: Material): Buffer {
  const { random, most } = material;
  let input = base;
  for (let left = 1 << random.below(4); left > 0; left--) {
    const mutation = random.pick(mutations);
    if (mutation) input = mutation(input, material);
  }
  if (random.once(400)) input = swell(input, material);
  return input.length > most ? input.subarray(0, most) : input;
}

/** What stands before a mark stays; what follows is changed by `inner`. The mark is so many bytes, or the first line. */
export function behind(mark: number | 'line', inner: Mutation): Mutation {
  return (input, material) => {
    const at = mark === 'line' ? input.indexOf(0x0a) + 1 : mark;
    return Buffer.concat([
      input.subarray(0, at),
      inner(input.subarray(at), { ...material, corpus: tails(material, mark) }),
    ]);
  };
}

/** A few of the corpus, without their marks. */
function tails({ corpus, random }: Material, mark: number | 'line'): readonly Buffer[] {
  const one = random.pick(corpus) ?? Buffer.alloc(0);
  return [one.subarray(mark === 'line' ? one.indexOf(0x0a) + 1 : mark)];
}

const flip: Mutation = (input, { random }) =>
  changed(input, random.below(input.length), (byte) => byte ^ (1 << random.below(8)));

const setByte: Mutation = (input, { random }) =>
  changed(input, random.below(input.length), () => random.pick(bytes) ?? random.below(256));

const anyByte: Mutation = (input, { random }) => changed(input, random.below(input.length), () => random.below(256));

const nudge: Mutation = (input, { random }) =>
  changed(input, random.below(input.length), (byte) => byte + random.below(9) - 4);

const drop: Mutation = (input, { random }) => {
  const [from, to] = range(input, random);
  return replaced(input, from, to, Buffer.alloc(0));
};

const repeat: Mutation = (input, { random }) => {
  const [from, to] = range(input, random);
  return replaced(input, to, to, input.subarray(from, to));
};

const move: Mutation = (input, { random }) => {
  const [from, to] = range(input, random);
  const at = random.below(input.length + 1);
  return replaced(input, at, at, input.subarray(from, to));
};

const insertBytes: Mutation = (input, { random }) => {
  const at = random.below(input.length + 1);
  const piece = Buffer.from(Array.from({ length: 1 + random.below(4) }, () => random.pick(bytes) ?? 0));
  return replaced(input, at, at, piece);
};

const insertWord: Mutation = (input, { random, words }) => {
  const at = random.below(input.length + 1);
  return replaced(input, at, at, random.pick(words) ?? Buffer.alloc(0));
};

const overwriteWord: Mutation = (input, { random, words }) => {
  const word = random.pick(words) ?? Buffer.alloc(0);
  const at = random.below(input.length + 1);
  return replaced(input, at, Math.min(input.length, at + word.length), word);
};

/** A word that stands there, put in the place of another that stands there. */
const swapWord: Mutation = (input, { random, words }) => {
  const [from, to] = wordAt(input, random.below(input.length));
  return replaced(input, from, to, random.pick(words) ?? Buffer.alloc(0));
};

const setNumber: Mutation = (input, { random }) => {
  const text = input.toString('latin1');
  const digits = text.slice(random.below(text.length)).match(/\d+/);
  if (!digits) return input;
  const at = text.lastIndexOf(digits[0]);
  return replaced(input, at, at + digits[0].length, Buffer.from(random.pick(numbers) ?? '0'));
};

const splice: Mutation = (input, { random, corpus }) => {
  const other = random.pick(corpus) ?? input;
  return Buffer.concat([
    input.subarray(0, random.below(input.length + 1)),
    other.subarray(random.below(other.length + 1)),
  ]);
};

const graft: Mutation = (input, { random, corpus }) => {
  const other = random.pick(corpus) ?? input;
  const [from, to] = range(other, random);
  const [cut, end] = range(input, random);
  return replaced(input, cut, random.once(2) ? end : cut, other.subarray(from, to));
};

const mutations: readonly Mutation[] = [
  flip,
  setByte,
  anyByte,
  nudge,
  drop,
  drop,
  repeat,
  move,
  insertBytes,
  insertWord,
  insertWord,
  overwriteWord,
  swapWord,
  swapWord,
  setNumber,
  splice,
  graft,
  graft,
];

/** A piece of the input, again and again: what is slow or deep shows. */
const swell: Mutation = (input, { random, most }) => {
  const [from, to] = range(input, random);
  const piece = input.subarray(from, Math.min(to, from + 40));
  if (piece.length === 0) return input;
  const room = most - input.length;
  const times = Math.min(random.once(2) ? 64 : Number.POSITIVE_INFINITY, Math.floor(room / piece.length));
  return replaced(input, from, from, Buffer.concat(Array.from({ length: Math.max(0, times) }, () => piece)));
};

function changed(input: Buffer, at: number, change: (byte: number) => number): Buffer {
  const copy = Buffer.from(input);
  const byte = copy[at];
  if (byte !== undefined) copy[at] = change(byte) & 0xff;
  return copy;
}

function replaced(input: Buffer, from: number, to: number, piece: Buffer): Buffer {
  return Buffer.concat([input.subarray(0, from), piece, input.subarray(to)]);
}

/** Mostly short, sometimes any. */
function range(input: Buffer, random: Random): [number, number] {
  const from = random.below(input.length + 1);
  const most = random.once(4) ? input.length - from : Math.min(input.length - from, 16);
  return [from, from + random.below(most + 1)];
}

function wordAt(input: Buffer, at: number): [number, number] {
  let from = at;
  let to = at;
  while (from > 0 && isWord(input[from - 1])) from--;
  while (to < input.length && isWord(input[to])) to++;
  return [from, to];
}

function isWord(byte: number | undefined): boolean {
  return byte !== undefined && /[\w-]/.test(String.fromCharCode(byte));
}
