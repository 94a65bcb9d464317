/** The input being read, in memory that two threads share, so that it is known when the reading thread hangs or dies. */
export class SharedInput {
  readonly memory: SharedArrayBuffer;
  readonly #head: Int32Array;
  readonly #bytes: Uint8Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(8 + (1 << 20))) {
    this.memory = memory;
    this.#head = new Int32Array(memory, 0, 2);
    this.#bytes = new Uint8Array(memory, 8);
  }

  write(input: Uint8Array): void {
    this.#bytes.set(input.length > this.#bytes.length ? input.subarray(0, this.#bytes.length) : input);
    Atomics.store(this.#head, 1, Math.min(input.length, this.#bytes.length));
    Atomics.add(this.#head, 0, 1);
  }

  /** Goes up with each input. */
  get number(): number {
    return Atomics.load(this.#head, 0);
  }

  read(): Buffer {
    return Buffer.from(this.#bytes.slice(0, Atomics.load(this.#head, 1)));
  }
}
