import type { CharacterSet } from './character-set.ts';

/** Instructions of the linear engine. Each has up to two operands `x` and `y`. */
export const op = {
  /** Code unit x (folded, if the pattern ignores case). */
  character: 0,
  /** A code unit of set x. */
  set: 1,
  /** First x, then y. */
  split: 2,
  jump: 3,
  /** Note the position in slot x. */
  save: 4,
  /** Forget slots x to y (excluded). */
  forget: 5,
  start: 6,
  end: 7,
  wordBoundary: 8,
  noWordBoundary: 9,
  /** A place where paths meet, number x: whoever comes here second, at the same position, fails as the first did. */
  meet: 10,
  /** Look-ahead x. */
  look: 11,
  /** Begin an iteration that must not be empty, of nesting depth x. */
  iterate: 12,
  /** End it: fails if nothing was consumed since. */
  progress: 13,
  accept: 14,
  /** What group x captured; only without memory. */
  reference: 15,
} as const;

export interface LookAhead {
  readonly negate: boolean;
  readonly entry: number;
  /** Where it was last passed is noted in this slot, to work out the captures inside it when all is decided. */
  readonly slot: number;
  /** `meet` numbers inside it, from and to (excluded). */
  readonly meets: readonly [number, number];
  readonly hasCaptures: boolean;
}

/** A pattern as instructions; `accept` ends it, and ends each look-ahead. */
export interface Program {
  readonly codes: Uint8Array;
  readonly xs: Int32Array;
  readonly ys: Int32Array;
  readonly sets: readonly CharacterSet[];
  readonly lookAheads: readonly LookAhead[];
  /** Number of `meet`s. */
  readonly meets: number;
  /** Number of combinations of "this iteration has consumed something". */
  readonly progressStates: number;
  /** Groups, the whole match counted as group 0; slots 2g and 2g+1. */
  readonly groups: number;
  readonly slots: number;
  readonly hasReferences: boolean;
}
