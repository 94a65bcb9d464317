import { assembleProgram } from './assemble.ts';
import type { Engine } from './engine.ts';
import { foldCase } from './fold.ts';
import { groupsOf, nextPosition } from './linear-engine.ts';
import { PatternExhausted } from './problem.ts';
import { Run } from './run.ts';
import type { PatternTree } from './tree.ts';

/** Steps for one input, whatever its length: some ten milliseconds. */
const mostSteps = 1_000_000;

/**
 * Runs a pattern that has no linear form, back-references included, the way a backtracking engine does, for a bounded number of steps. Past them
 * `test` and `exec` throw `PatternExhausted`, as IIS's engine ends with an error where a pattern becomes too complex. `@throws` PatternProblem `costly-pattern`
 * for what cannot be assembled.
 */
export function boundedEngine(tree: PatternTree): Engine {
  const program = assembleProgram(tree);
  const { ignoreCase, requiredLiterals, tried, source } = tree;
  const search = (input: string): Run | undefined => {
    const text = ignoreCase ? foldCase(input) : input;
    if (!requiredLiterals.every((clause) => clause.some((literal) => text.includes(literal)))) return undefined;
    const run = new Run(program, text, mostSteps);
    for (let at = 0; at !== -1; at = nextPosition(tried, text, at)) {
      const matches = run.matches(at, 'captures');
      if (run.exhausted) throw new PatternExhausted(source, mostSteps);
      if (matches) return run;
    }
    return undefined;
  };
  return {
    kind: 'bounded',
    test: (input) => search(input) !== undefined,
    exec: (input) => {
      const run = search(input);
      return run === undefined ? undefined : groupsOf(run, program.groups, input);
    },
  };
}
