import { OcsError } from './errors.ts';
import { ocsLimits } from './limits.ts';

/** One value of DER (X.690): tag, content, and all its bytes as they came. Parts are read on demand, never by recursion. */
export interface Der {
  readonly tag: number;
  readonly content: Buffer;
  readonly bytes: Buffer;
  /** What it is, for messages. */
  readonly what: string;
}

/** Universal tags that certificates and CMS are made of. */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** `[n]`, constructed. */
export function contextTag(n: number): number {
  return 0xa0 | n;
}

/** The one value that `bytes` are; nothing may follow it. Throws `OcsError` `der`. */
export function readDer(bytes: Buffer, what: string): Der {
  const value = valueAt(bytes, 0, what);
  if (value.bytes.length !== bytes.length) throw refused(what, 'bytes follow where it should end');
  return value;
}

/** The parts of a constructed value, in order, at most `most`. Throws `OcsError` `der`. */
export function partsOf(value: Der, most: number = ocsLimits.derParts): readonly Der[] {
  if ((value.tag & 0x20) === 0) throw refused(value.what, 'it has no parts');
  const parts: Der[] = [];
  for (let offset = 0; offset < value.content.length; ) {
    if (parts.length === most) throw refused(value.what, `it has more than ${most} parts`);
    const part = valueAt(value.content, offset, `${value.what}, part ${parts.length + 1}`);
    parts.push(part);
    offset += part.bytes.length;
  }
  return parts;
}

/** `value` when it has that tag. Throws `OcsError` `der`. */
export function expectTag(value: Der | undefined, tag: number, what: string): Der {
  if (!value) throw refused(what, 'it is missing');
  if (value.tag !== tag) throw refused(what, `tag ${hex(tag)} is expected and ${hex(value.tag)} found`);
  return { ...value, what };
}

/** The parts of a `SEQUENCE`. */
export function sequenceOf(value: Der | undefined, what: string): readonly Der[] {
  return partsOf(expectTag(value, tags.sequence, what));
}

/** Takes the next part that has `tag`, if it is there, off the front of `rest`. */
export function takeOptional(rest: Der[], tag: number): Der | undefined {
  return rest[0]?.tag === tag ? rest.shift() : undefined;
}

/** A tag and a definite length in as few bytes as it takes (X.690, sections 8.1.3 and 10.1). */
function valueAt(bytes: Buffer, offset: number, what: string): Der {
  const tag = bytes[offset];
  const first = bytes[offset + 1];
  if (tag === undefined || first === undefined) throw refused(what, 'it is cut off');
  if ((tag & 0x1f) === 0x1f) throw refused(what, 'a tag of several bytes is not read here');
  if (tag === 0) throw refused(what, 'tag 0 is no value');
  const { length, size } = lengthAt(bytes, offset + 1, first, what);
  const start = offset + 1 + size;
  if (length > bytes.length - start) throw refused(what, 'it says that it is longer than it is');
  return { tag, content: bytes.subarray(start, start + length), bytes: bytes.subarray(offset, start + length), what };
}

function lengthAt(bytes: Buffer, at: number, first: number, what: string): { length: number; size: number } {
  if (first < 0x80) return { length: first, size: 1 };
  const more = first & 0x7f;
  if (more === 0) throw refused(what, 'an indefinite length is no DER');
  if (more > 3 || at + more >= bytes.length) throw refused(what, 'its length cannot be right');
  const length = bytes.readUIntBE(at + 1, more);
  if (length < 0x80 || length < 2 ** (8 * (more - 1))) throw refused(what, 'its length is not in the shortest form');
  return { length, size: 1 + more };
}

function refused(what: string, why: string): OcsError {
  return new OcsError('der', `${what} is not proper DER: ${why}`);
}

function hex(tag: number): string {
  return `0x${tag.toString(16).padStart(2, '0')}`;
}
