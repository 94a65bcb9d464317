import { type Material, type Mutation, mutate } from './mutate.ts';
import type { Random } from './random.ts';

/** A value of DER: content, or parts. Where an octet string holds DER, that is taken apart as well. */
interface Value {
  tag: number;
  content: Buffer;
  parts: Value[] | undefined;
}

const deepest = 16;

/**
 * One to four changes of values inside of DER, and all lengths right again: what a reader of DER refuses at once for its lengths
 * is left to `mutate`. What is no DER comes back changed like any bytes.
 */
export const mutateDer: Mutation = (input, material) => {
  const found = valuesIn(input, 0);
  if (!found) return mutate(input, material);
  const top: Value = { tag: 0x30, content: Buffer.alloc(0), parts: found };
  for (let left = 1 + material.random.below(4); left > 0; left--) change(top, material);
  return Buffer.concat((top.parts ?? []).map(encoded));
};

function change(top: Value, material: Material): void {
  const { random, corpus } = material;
  const all = below(top);
  const holder = random.pick(all.filter(({ parts }) => parts && parts.length > 0)) ?? top;
  const parts = holder.parts ?? [];
  const at = random.below(parts.length);
  const one = parts[at];
  if (!one) return;
  const other = random.pick(all) ?? one;
  switch (random.below(9)) {
    case 0:
      parts.splice(at, 1);
      break;
    case 1:
      parts.splice(random.below(parts.length + 1), 0, copyOf(one));
      break;
    case 2:
      parts.splice(at, 1, copyOf(other));
      break;
    case 3:
      parts.splice(at, 0, copyOf(other));
      break;
    case 4:
      parts.splice(at, 1, { tag: random.pick(tags) ?? 0x30, content: Buffer.alloc(0), parts: [one] });
      break;
    case 5:
      one.tag = random.pick(tags) ?? one.tag;
      break;
    case 6:
      parts.splice(at, 1, random.pick(below(strangerFrom(random.pick(corpus)))) ?? one);
      break;
    default:
      changeContent(one, material);
  }
}

const tags = [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0c, 0x17, 0x18, 0x30, 0x31, 0xa0, 0xa1, 0xa3, 0x80, 0x82];

function changeContent(value: Value, { random }: Material): void {
  const leaves = below(value).filter(({ parts }) => !parts);
  const leaf = random.pick(leaves);
  if (!leaf) return;
  leaf.content = changed(leaf.content, random);
}

function changed(content: Buffer, random: Random): Buffer {
  const at = random.below(content.length + 1);
  const put = Buffer.from(Array.from({ length: random.below(3) }, () => random.below(256)));
  if (random.once(3)) return Buffer.concat([content.subarray(0, at), put, content.subarray(at + random.below(3))]);
  const copy = Buffer.from(content);
  const byte = copy[at];
  if (byte !== undefined) copy[at] = random.once(2) ? byte ^ (1 << random.below(8)) : byte + random.below(5) - 2;
  return copy;
}

function strangerFrom(input: Buffer | undefined): Value {
  return { tag: 0x30, content: Buffer.alloc(0), parts: input && valuesIn(input, 0) };
}

/** The value itself and all below it. */
function below(value: Value): readonly Value[] {
  const all = [value];
  for (const one of all) all.push(...(one.parts ?? []));
  return all;
}

function copyOf({ tag, content, parts }: Value): Value {
  return { tag, content, parts: parts?.map(copyOf) };
}

/** The values that the bytes are, one after the other; `undefined`: they are none. */
function valuesIn(bytes: Buffer, depth: number): Value[] | undefined {
  const found: Value[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at] ?? 0;
    const first = bytes[at + 1] ?? 0x80;
    const size = first < 0x80 ? 0 : first & 0x7f;
    if (first === 0x80 || size > 3 || at + 2 + size > bytes.length) return undefined;
    const length = size === 0 ? first : bytes.readUIntBE(at + 2, size);
    const start = at + 2 + size;
    if (start + length > bytes.length) return undefined;
    const content = bytes.subarray(start, start + length);
    const mayHold = (tag & 0x20) !== 0 || (tag === 0x04 && length > 1);
    found.push({ tag, content, parts: mayHold && depth < deepest ? valuesIn(content, depth + 1) : undefined });
    at = start + length;
  }
  return found;
}

function encoded({ tag, content, parts }: Value): Buffer {
  const body = parts ? Buffer.concat(parts.map(encoded)) : content;
  if (body.length < 0x80) return Buffer.concat([Buffer.of(tag, body.length), body]);
  const size = body.length < 0x100 ? 1 : body.length < 0x10000 ? 2 : 3;
  const head = Buffer.alloc(2 + size);
  head[0] = tag;
  head[1] = 0x80 | size;
  head.writeUIntBE(body.length, 2, size);
  return Buffer.concat([head, body]);
}
