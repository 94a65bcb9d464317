/** `invalid-pattern`: IIS's dialect refuses it. `costly-pattern`: no form of it that we know runs in linear time. */
export type PatternProblemCode = 'invalid-pattern' | 'costly-pattern';

/** A pattern that is refused: what is wrong, where in the pattern (UTF-16 offset), and what to write instead. */
export class PatternProblem extends Error {
  readonly code: PatternProblemCode;
  /** Offset in the pattern's source, in UTF-16 code units. */
  readonly offset: number;
  /** For `costly-pattern`: an input that makes a backtracking engine run away, if one was found. */
  readonly attack?: string;
  constructor(
    code: PatternProblemCode,
    message: string,
    offset: number,
    details?: { cause?: unknown; attack?: string },
  ) {
    super(message, details?.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'PatternProblem';
    this.code = code;
    this.offset = offset;
    if (details?.attack !== undefined) this.attack = details.attack;
  }
}

/** A pattern that was accepted although it has no linear form took more steps on an input than it is given: there is no verdict. */
export class PatternExhausted extends Error {
  constructor(source: string, steps: number) {
    const count = steps.toLocaleString('en');
    super(`"${source}" takes more than ${count} steps on this input; IIS would spend as much time on it, or give up`);
    this.name = 'PatternExhausted';
  }
}
