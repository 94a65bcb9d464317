/** What an automaton runs on: a row for each state, numbered breadth first, as long as there are classes. */
export interface Table {
  /** For each class, where the row of the next state begins; negated where literals end in that state. */
  readonly rows: Int32Array;
  /** Where the last row begins that is the root's or of a state a single character away from it. */
  readonly shallow: number;
  /** For each state, where its literals begin in `hits`. */
  readonly firstHit: Int32Array;
  /** Runs of literal numbers, each ended by -1. */
  readonly hits: Int32Array;
}

/** The table for literals, `literals[n]` being the classes of the characters of number n, all from 1 to `classes` - 1. */
export function tableOf(literals: readonly (readonly number[])[], classes: number): Table {
  const trie = new Trie(classes);
  for (const [number, path] of literals.entries()) trie.add(path, number);
  return trie.finish();
}

/** Builds the table: a tree of the literals first, then for each state where to go on when a character does not fit. */
class Trie {
  readonly #classes: number;
  #next: Int32Array;
  #states = 1;
  readonly #own: number[][] = [[]];

  constructor(classes: number) {
    this.#classes = classes;
    this.#next = new Int32Array(64 * classes);
  }

  add(path: readonly number[], literal: number): void {
    let state = 0;
    for (const step of path) {
      const place = state * this.#classes + step;
      const known = this.#next[place] ?? 0;
      state = known !== 0 ? known : this.#addState(place);
    }
    this.#own[state]?.push(literal);
  }

  #addState(place: number): number {
    const state = this.#states;
    this.#states += 1;
    this.#own.push([]);
    if (this.#states * this.#classes > this.#next.length) {
      const larger = new Int32Array(2 * this.#next.length);
      larger.set(this.#next);
      this.#next = larger;
    }
    this.#next[place] = state;
    return state;
  }

  /** Breadth first: a state's fallback is nearer to the root, so it is complete when the state's turn comes. */
  finish(): Table {
    const fallback = new Int32Array(this.#states);
    const found: (readonly number[])[] = this.#own.slice();
    const queue = [0];
    for (const state of queue) {
      const inherited = found[fallback[state] ?? 0] ?? [];
      if (state !== 0 && inherited.length > 0) found[state] = [...(found[state] ?? []), ...inherited];
      for (let step = 0; step < this.#classes; step += 1) {
        const place = state * this.#classes + step;
        const otherwise = state === 0 ? 0 : (this.#next[(fallback[state] ?? 0) * this.#classes + step] ?? 0);
        const child = this.#next[place] ?? 0;
        if (child === 0) this.#next[place] = otherwise;
        else {
          fallback[child] = otherwise;
          queue.push(child);
        }
      }
    }
    return this.#layOut(queue, found);
  }

  /** `order` names the states breadth first. */
  #layOut(order: readonly number[], found: readonly (readonly number[])[]): Table {
    const width = this.#classes;
    const placeOf = new Int32Array(this.#states);
    const firstHit = new Int32Array(this.#states);
    const hits: number[] = [];
    for (const [number, state] of order.entries()) {
      const literals = found[state] ?? [];
      placeOf[state] = literals.length > 0 ? -number * width : number * width;
      firstHit[number] = hits.length;
      if (literals.length > 0) hits.push(...literals, -1);
    }
    const rows = new Int32Array(this.#states * width);
    let place = 0;
    for (const state of order) {
      for (let from = state * width; from < (state + 1) * width; from += 1) {
        rows[place] = placeOf[this.#next[from] ?? 0] ?? 0;
        place += 1;
      }
    }
    const children = this.#next.subarray(0, width).filter((next) => next !== 0).length;
    return { rows, shallow: children * width, firstHit, hits: Int32Array.from(hits) };
  }
}
