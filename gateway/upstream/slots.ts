/** Something that waits for a slot, and is told once when it has one. */
export interface SlotUser {
  /** Does not throw: it may be called in the middle of somebody else's request. */
  start(): void;
}

/**
 * So many may use the upstream at a time; the others wait here, in their order, where one whose client goes away is forgotten at
 * once. (In the queue of `undici`'s pool or of Node's agent it would stay for as long as the upstream is slow, and be tried then.)
 */
export class Slots {
  readonly #waiting = new Set<SlotUser>();
  #free: number;
  #serving = false;

  constructor(count: number) {
    this.#free = count;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Starts the user when it is its turn: at once, where a slot is free. It gives its slot back with `release`. */
  enter(user: SlotUser): void {
    this.#waiting.add(user);
    this.#serve();
  }

  /** Forgets a user that waits; nothing to one that has been started. */
  forget(user: SlotUser): void {
    this.#waiting.delete(user);
  }

  /** Gives a slot back, once for each user that was started. */
  release(): void {
    this.#free++;
    this.#serve();
  }

  /** One loop, however many end as soon as they are started: each inside the one before, the stack would not hold them. */
  #serve(): void {
    if (this.#serving) return;
    this.#serving = true;
    try {
      for (const user of this.#waiting) {
        if (this.#free === 0) return;
        this.#waiting.delete(user);
        this.#free--;
        user.start();
      }
    } finally {
      this.#serving = false;
    }
  }
}
