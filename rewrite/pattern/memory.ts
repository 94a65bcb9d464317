/** What has been found out about (meeting place, position) pairs of one input: a bit each for "been here" and "this leads to success". */
export class Memory {
  readonly #rowWords: number;
  readonly #rows: number;
  readonly #seen: Uint32Array;
  #won: Uint32Array | undefined;

  /** `rows`: meeting places times progress states; `positions`: length of the input plus one. */
  constructor(rows: number, positions: number) {
    this.#rowWords = (positions + 31) >>> 5;
    this.#rows = rows;
    this.#seen = new Uint32Array(rows * this.#rowWords);
  }

  /** Notes a visit; whether there was one before. */
  visit(row: number, position: number): boolean {
    const word = row * this.#rowWords + (position >>> 5);
    const bit = 1 << (position & 31);
    const before = this.#seen[word] ?? 0;
    this.#seen[word] = before | bit;
    return (before & bit) !== 0;
  }

  leadsToSuccess(row: number, position: number): boolean {
    const word = this.#won?.[row * this.#rowWords + (position >>> 5)] ?? 0;
    return (word & (1 << (position & 31))) !== 0;
  }

  noteSuccess(row: number, position: number): void {
    this.#won ??= new Uint32Array(this.#rows * this.#rowWords);
    const word = row * this.#rowWords + (position >>> 5);
    this.#won[word] = (this.#won[word] ?? 0) | (1 << (position & 31));
  }

  /** Forgets all about rows `from` to `to` (excluded). */
  clear(from: number, to: number): void {
    this.#seen.fill(0, from * this.#rowWords, to * this.#rowWords);
    this.#won?.fill(0, from * this.#rowWords, to * this.#rowWords);
  }
}
