import { foldCase, foldCodeUnit } from '../pattern/index.ts';

/** Literals longer than this are looked for by their beginning: a hit has to be confirmed anyway. */
const longest = 12;

/**
 * Looks for many literals in one pass, ignoring case (Aho and Corasick, "Efficient string matching", 1975), as a table of states by
 * character classes: one look-up a character, however many literals there are and whatever the text.
 */
export class Automaton {
  readonly #classOfAscii = new Uint8Array(128);
  readonly #classOfOthers = new Map<number, number>();
  readonly #classes: number;
  /** A row a state: where the row of the next state begins, for each class; then the first hit as an index into `#hits`, or -1. */
  readonly #table: Int32Array;
  /** Runs of literal numbers, each ended by -1. */
  readonly #hits: Int32Array;

  /** `literals[n]` is reported as `n`. None may be empty. */
  constructor(literals: readonly string[]) {
    const folded = literals.map((literal) => foldCase(literal).slice(0, longest));
    this.#classes = this.#classify(folded);
    const trie = new Trie(this.#classes);
    folded.forEach((literal, number) => {
      const path = Array.from({ length: literal.length }, (_, at) => this.#classOf(literal.charCodeAt(at)));
      trie.add(path, number);
    });
    const { table, hits } = trie.finish();
    this.#table = table;
    this.#hits = hits;
  }

  /** Calls `found` with the number of every literal at every place of the text. */
  scan(text: string, found: (literal: number) => void): void {
    const table = this.#table;
    const ascii = this.#classOfAscii;
    const classes = this.#classes;
    let row = 0;
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      row = table[row + (unit < 128 ? (ascii[unit] ?? 0) : this.#classOf(foldCodeUnit(unit)))] ?? 0;
      const hit = table[row + classes] ?? -1;
      if (hit >= 0) this.#report(hit, found);
    }
  }

  #report(from: number, found: (literal: number) => void): void {
    for (let at = from; ; at += 1) {
      const literal = this.#hits[at] ?? -1;
      if (literal < 0) return;
      found(literal);
    }
  }

  #classOf(unit: number): number {
    return (unit < 128 ? this.#classOfAscii[unit] : this.#classOfOthers.get(unit)) ?? 0;
  }

  /** Gives every character of the literals a class, both cases the same; all others are class 0. Returns the number of classes. */
  #classify(folded: readonly string[]): number {
    let classes = 1;
    for (const literal of folded) {
      for (let at = 0; at < literal.length; at += 1) {
        const unit = literal.charCodeAt(at);
        if (this.#classOf(unit) !== 0) continue;
        if (unit >= 128) this.#classOfOthers.set(unit, classes);
        else this.#classOfAscii[unit] = classes;
        classes += 1;
      }
    }
    for (let upper = 0x41; upper <= 0x5a; upper += 1) this.#classOfAscii[upper] = this.#classOfAscii[upper + 0x20] ?? 0;
    return classes;
  }
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
  finish(): { readonly table: Int32Array; readonly hits: Int32Array } {
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
    return this.#layOut(found);
  }

  #layOut(found: readonly (readonly number[])[]): { readonly table: Int32Array; readonly hits: Int32Array } {
    const width = this.#classes + 1;
    const table = new Int32Array(this.#states * width);
    const hits: number[] = [];
    for (let state = 0; state < this.#states; state += 1) {
      for (let step = 0; step < this.#classes; step += 1) {
        table[state * width + step] = (this.#next[state * this.#classes + step] ?? 0) * width;
      }
      const literals = found[state] ?? [];
      table[state * width + this.#classes] = literals.length > 0 ? hits.length : -1;
      if (literals.length > 0) hits.push(...literals, -1);
    }
    return { table, hits: Int32Array.from(hits) };
  }
}
