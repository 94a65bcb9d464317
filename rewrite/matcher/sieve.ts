import type { CharacterClasses } from './character-classes.ts';

/** Consecutive characters that are looked at together. */
const gram = 4;
/** Below this a sieve would look at every other place, and reading on is as cheap. */
const shortest = 6;
/** Bits a gram, so that few that are not of a literal look like one. */
const room = 64;
const [fewestBits, mostBits] = [10, 20];

/**
 * Finds places near which a literal may begin, looking at only a few characters of every stride: whatever literal stands in a text, one of its
 * first grams begins at a multiple of the stride (as in Wu and Manber, "A fast algorithm for multi-pattern searching", 1994). Grams are
 * remembered by hash, so that a place may be named in vain, but none is passed over.
 */
export class Sieve {
  /** Characters from one place that is looked at to the next. */
  readonly stride: number;
  readonly #classes: CharacterClasses;
  readonly #bits: Uint8Array;
  readonly #shift: number;

  /** A sieve for literals, each written as the classes of its characters, all above 0; `undefined` where one is too short. */
  static of(literals: readonly (readonly number[])[], classes: CharacterClasses): Sieve | undefined {
    const least = literals.reduce((length, { length: own }) => Math.min(length, own), Number.POSITIVE_INFINITY);
    return least >= shortest && literals.length > 0 ? new Sieve(literals, classes, least - gram + 1) : undefined;
  }

  private constructor(literals: readonly (readonly number[])[], classes: CharacterClasses, stride: number) {
    this.#classes = classes;
    this.stride = stride;
    const wanted = Math.ceil(Math.log2(literals.length * stride * room));
    const size = Math.min(mostBits, Math.max(fewestBits, wanted));
    this.#shift = 32 - size;
    this.#bits = new Uint8Array(2 ** (size - 3));
    for (const literal of literals) {
      for (let at = 0; at < stride; at += 1) {
        const [a = 0, b = 0, c = 0, d = 0] = literal.slice(at, at + gram);
        const hash = this.#hash(a, b, c, d);
        this.#bits[hash >>> 3] = (this.#bits[hash >>> 3] ?? 0) | (1 << (hash & 7));
      }
    }
  }

  /** The first place from `from` on, a multiple of the stride, at which a gram of a literal seems to stand; -1 where there is none. */
  next(text: string, from: number): number {
    const classes = this.#classes;
    const last = text.length - gram;
    for (let at = Math.ceil(from / this.stride) * this.stride; at <= last; at += this.stride) {
      const a = classes.of(text.charCodeAt(at));
      if (a === 0) continue;
      const b = classes.of(text.charCodeAt(at + 1));
      if (b === 0) continue;
      const c = classes.of(text.charCodeAt(at + 2));
      if (c === 0) continue;
      const d = classes.of(text.charCodeAt(at + 3));
      if (d === 0) continue;
      const hash = this.#hash(a, b, c, d);
      if ((((this.#bits[hash >>> 3] ?? 0) >>> (hash & 7)) & 1) === 1) return at;
    }
    return -1;
  }

  #hash(a: number, b: number, c: number, d: number): number {
    const packed = a ^ (b << 7) ^ (c << 14) ^ (d << 21);
    return Math.imul(packed ^ (packed >>> 15), 0x9e3779b1) >>> this.#shift;
  }
}
