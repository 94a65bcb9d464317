import { foldCase, foldCodeUnit } from '../pattern/index.ts';

/** Literals longer than this are looked for by their beginning: a hit has to be confirmed anyway. */
const longest = 12;

/**
 * Looks for many literals in one pass, ignoring case (Aho and Corasick, "Efficient string matching", 1975), as a table of states by
 * character classes: one look-up a character, however many literals there are and whatever the text.
 */
export class Automaton {
  /** Class of each character below U+0100; those beyond are looked up by what they fold to. */
  readonly #classOfLatin = new Uint16Array(256);
  readonly #classOfFolded: ReadonlyMap<number, number>;
  readonly #classes: number;
  /** A row a state: where the row of the next state begins, for each class; negated where literals end in that state. */
  readonly #table: Int32Array;
  /** For each state, where its literals begin in `#hits`. */
  readonly #firstHit: Int32Array;
  /** Runs of literal numbers, each ended by -1. */
  readonly #hits: Int32Array;

  /** `literals[n]` is reported as `n`. None may be empty. */
  constructor(literals: readonly string[]) {
    const folded = literals.map((literal) => foldCase(literal).slice(0, longest));
    this.#classOfFolded = classesOf(folded);
    this.#classes = this.#classOfFolded.size + 1;
    for (let unit = 0; unit < 256; unit += 1)
      this.#classOfLatin[unit] = this.#classOfFolded.get(foldCodeUnit(unit)) ?? 0;
    const trie = new Trie(this.#classes);
    folded.forEach((literal, number) => {
      const path = Array.from({ length: literal.length }, (_, at) => this.#classOf(literal.charCodeAt(at)));
      trie.add(path, number);
    });
    const { table, firstHit, hits } = trie.finish();
    this.#table = table;
    this.#firstHit = firstHit;
    this.#hits = hits;
  }

  /** Calls `found` with the number of every literal at every place of the text. */
  scan(text: string, found: (literal: number) => void): void {
    const table = this.#table;
    const latin = this.#classOfLatin;
    let row = 0;
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      row = table[row + (unit < 256 ? (latin[unit] ?? 0) : this.#classOf(unit))] ?? 0;
      if (row < 0) {
        row = -row;
        this.#report(row, found);
      }
    }
  }

  #report(row: number, found: (literal: number) => void): void {
    for (let at = this.#firstHit[row / this.#classes] ?? 0; ; at += 1) {
      const literal = this.#hits[at] ?? -1;
      if (literal < 0) return;
      found(literal);
    }
  }

  #classOf(unit: number): number {
    return this.#classOfFolded.get(foldCodeUnit(unit)) ?? 0;
  }
}

/** A class from 1 on for every character of the literals, which are folded; all others are class 0. */
function classesOf(folded: readonly string[]): ReadonlyMap<number, number> {
  const classes = new Map<number, number>();
  for (const literal of folded) {
    for (let at = 0; at < literal.length; at += 1) {
      const unit = literal.charCodeAt(at);
      if (!classes.has(unit)) classes.set(unit, classes.size + 1);
    }
  }
  return classes;
}

/** What an automaton runs on; see its fields. */
interface Table {
  readonly table: Int32Array;
  readonly firstHit: Int32Array;
  readonly hits: Int32Array;
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
    return this.#layOut(found);
  }

  #layOut(found: readonly (readonly number[])[]): Table {
    const width = this.#classes;
    const table = new Int32Array(this.#states * width);
    for (let place = 0; place < table.length; place += 1) {
      const next = this.#next[place] ?? 0;
      table[place] = next * ((found[next]?.length ?? 0) > 0 ? -width : width);
    }
    const hits: number[] = [];
    const firstHit = Int32Array.from({ length: this.#states }, (_, state) => {
      const literals = found[state] ?? [];
      const first = hits.length;
      if (literals.length > 0) hits.push(...literals, -1);
      return first;
    });
    return { table, firstHit, hits: Int32Array.from(hits) };
  }
}
