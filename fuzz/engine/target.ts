import type { Mutation } from './mutate.ts';

/** What became of an input: an error of the room's own is `refused`. */
export type Outcome = 'accepted' | 'refused';

/** A reader of untrusted bytes, and what must hold whatever it is given. */
export interface Target {
  /** What is read, and from whom it comes: one line. */
  readonly what: string;
  /** npm packages that are instrumented beside our own rooms. */
  readonly packages?: readonly string[];
  /** Loads the reader, under instrumentation. */
  readonly open: () => Promise<OpenTarget>;
}

/** A target ready to run. */
export interface OpenTarget {
  /** Inputs to start from beside the kept corpus. */
  readonly seeds: readonly (string | Uint8Array)[];
  /** Words to put into inputs, beside those found in the code. */
  readonly words?: readonly string[];
  /** Bytes of a fresh input at most; without it 16 KiB. */
  readonly most?: number;
  /** Changes that keep to the form of the inputs, made in half of the fresh ones. */
  readonly mutate?: Mutation;
  /** How many inputs are read side by side, where reading is mostly waiting; without it one. */
  readonly atOnce?: number;
  /** Reads an input. Throws when anything is wrong: another error than the room's own, or an invariant that does not hold. */
  readonly run: (input: Buffer) => Outcome | Promise<Outcome>;
}

/** `accepted`, or `refused` when `work` throws an error of a class named; any other error passes through and is a finding. */
export function outcomeOf(work: () => unknown, ...refusals: readonly (new (...args: never[]) => Error)[]): Outcome {
  try {
    work();
    return 'accepted';
  } catch (error) {
    if (refusals.some((known) => error instanceof known)) return 'refused';
    throw error;
  }
}
