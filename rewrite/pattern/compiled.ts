import type { PatternSyntax } from '../model.ts';
import type { Clause } from './required.ts';

/** A pattern ready to run, in time linear in its input whatever the input (`bounded`: see `CostlyPatterns`). */
export interface CompiledPattern {
  readonly source: string;
  readonly syntax: PatternSyntax;
  readonly ignoreCase: boolean;
  /** Number of groups, the whole match not counted. */
  readonly captures: number;
  /** What any input that matches contains: of each clause at least one string, folded if `ignoreCase` (see `PatternTree`). */
  readonly requiredLiterals: readonly Clause[];
  /** What runs it; for `explain` and the benches. */
  readonly engine: 'chain' | 'native' | 'linear' | 'bounded';
  test(input: string): boolean;
  /** [0] is the whole match, then the groups; a group that took no part is "". */
  exec(input: string): readonly string[] | undefined;
}
