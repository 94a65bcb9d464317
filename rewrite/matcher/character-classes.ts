import { foldCodeUnit } from '../pattern/index.ts';

/** Numbers the characters of literals, both cases alike, from 1 on; every other character is of class 0. */
export class CharacterClasses {
  /** How many there are, class 0 included. */
  readonly count: number;
  readonly #latin = new Uint16Array(256);
  readonly #folded: ReadonlyMap<number, number>;

  /** `literals` are folded. */
  constructor(literals: readonly string[]) {
    const folded = new Map<number, number>();
    for (const literal of literals) {
      for (let at = 0; at < literal.length; at += 1) {
        const unit = literal.charCodeAt(at);
        if (!folded.has(unit)) folded.set(unit, folded.size + 1);
      }
    }
    this.#folded = folded;
    this.count = folded.size + 1;
    for (let unit = 0; unit < 256; unit += 1) this.#latin[unit] = folded.get(foldCodeUnit(unit)) ?? 0;
  }

  /** The class of a code unit. */
  of(unit: number): number {
    return unit < 256 ? (this.#latin[unit] ?? 0) : (this.#folded.get(foldCodeUnit(unit)) ?? 0);
  }

  /** The classes of a text's code units. */
  ofAll(text: string): readonly number[] {
    return Array.from({ length: text.length }, (_, at) => this.of(text.charCodeAt(at)));
  }
}
