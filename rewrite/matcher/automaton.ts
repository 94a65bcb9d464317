import { foldCase } from '../pattern/index.ts';
import { CharacterClasses } from './character-classes.ts';
import { Sieve } from './sieve.ts';
import { type Table, tableOf } from './trie.ts';

/** Literals longer than this are looked for by their beginning: a hit has to be confirmed anyway. */
const longest = 12;

/** Where the automaton had to begin more often than this, and on average after fewer characters than that, it reads on to the end at once. */
const [patience, sparse] = [8, 32];

/**
 * Looks for many literals in one pass, ignoring case (Aho and Corasick, "Efficient string matching", 1975), as a table of states by
 * character classes: at most one look-up a character, however many literals there are and whatever the text. Where all literals are long, a
 * sieve finds the places at which it is worth while to begin.
 */
export class Automaton {
  readonly #classes: CharacterClasses;
  readonly #table: Table;
  readonly #sieve: Sieve | undefined;

  /** `literals[n]` is reported as `n`. None may be empty. */
  constructor(literals: readonly string[]) {
    const folded = literals.map((literal) => foldCase(literal).slice(0, longest));
    this.#classes = new CharacterClasses(folded);
    const paths = folded.map((literal) => this.#classes.ofAll(literal));
    this.#table = tableOf(paths, this.#classes.count);
    this.#sieve = Sieve.of(paths, this.#classes);
  }

  /** Calls `found` with the number of every literal that stands in the text, once or more. */
  scan(text: string, found: (literal: number) => void): void {
    const sieve = this.#sieve;
    if (sieve === undefined) {
      this.#run(text, 0, text.length, found);
      return;
    }
    let decided = 0;
    let begun = 0;
    for (let at = sieve.next(text, 0); at >= 0; at = sieve.next(text, decided)) {
      begun += 1;
      const dense = begun > patience && at < begun * sparse;
      decided = this.#run(text, Math.max(decided, at - sieve.stride + 1), dense ? text.length : at, found);
    }
  }

  /**
   * Reads on from `from`, past `past`, until no literal that began before is left open. Returns the first place of which it is not known whether
   * one begins there.
   */
  #run(text: string, from: number, past: number, found: (literal: number) => void): number {
    const classes = this.#classes;
    const { rows, shallow } = this.#table;
    let row = 0;
    for (let at = from; at < text.length; at += 1) {
      row = rows[row + classes.of(text.charCodeAt(at))] ?? 0;
      if (row < 0) {
        row = -row;
        this.#report(row, found);
      }
      if (row <= shallow && at > past) return at;
    }
    return text.length;
  }

  #report(row: number, found: (literal: number) => void): void {
    const { firstHit, hits } = this.#table;
    for (let at = firstHit[row / this.#classes.count] ?? 0; ; at += 1) {
      const literal = hits[at] ?? -1;
      if (literal < 0) return;
      found(literal);
    }
  }
}
