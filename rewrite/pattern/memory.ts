/** What has been found out about (meeting place, position) pairs of one input: a bit each for "been here" and "this leads to success". */
export class Memory {
  readonly #rowWords: number;
  readonly #rows: number;
  readonly #seen: Uint32Array;
  #won: Uint32Array | undefined;
  /** Visits of the current attempt, as word and bit; only kept for a search that goes on after a success. */
  readonly #attempt: number[] | undefined;

  /**
   * `rows`: meeting places times progress states; `positions`: length of the input plus one. `repeated`: the search goes on
   * after a success, whose own visits have to be forgotten (`beginAttempt`, `forgetAttempt`).
   */
  constructor(rows: number, positions: number, repeated = false) {
    this.#attempt = repeated ? [] : undefined;
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
    if (this.#attempt !== undefined && (before & bit) === 0) this.#attempt.push(word, bit);
    return (before & bit) !== 0;
  }

  beginAttempt(): void {
    if (this.#attempt !== undefined) this.#attempt.length = 0;
  }

  /** Takes back the visits since `beginAttempt`: on the way to a success they are no failures. */
  forgetAttempt(): void {
    const attempt = this.#attempt ?? [];
    for (let at = 0; at < attempt.length; at += 2) {
      const word = attempt[at] ?? 0;
      this.#seen[word] = (this.#seen[word] ?? 0) & ~(attempt[at + 1] ?? 0);
    }
    this.beginAttempt();
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
