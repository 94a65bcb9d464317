import { assembleProgram } from './assemble.ts';
import type { Engine } from './engine.ts';
import { accepting, FirstSets } from './first.ts';
import { foldCase } from './fold.ts';
import { nextLineStart } from './lines.ts';
import { PatternProblem } from './problem.ts';
import { Run } from './run.ts';
import type { PatternTree } from './tree.ts';

/** Meeting places times progress states: bits of memory needed for each character of the input. */
const mostRows = 1024;

/** Runs any pattern without back-references. `@throws` PatternProblem `costly-pattern` for what it does not run. */
export function linearEngine(tree: PatternTree): Engine {
  const program = assembleProgram(tree);
  if (program.hasReferences) {
    const offset = /\\[1-9]/.exec(tree.source)?.index ?? 0;
    const reason = 'together with what stands around it, this reference to a group takes more than linear time';
    throw new PatternProblem('costly-pattern', reason, offset);
  }
  if (program.meets * program.progressStates > mostRows) {
    throw new PatternProblem(
      'costly-pattern',
      'written out, its repeats and alternatives are too many; use smaller counts',
      0,
    );
  }
  const begins = firstCharacters(tree);
  const { ignoreCase, requiredLiterals, tried } = tree;
  const search = (input: string, mode: 'verdict' | 'captures'): Run | undefined => {
    const text = ignoreCase ? foldCase(input) : input;
    if (!requiredLiterals.every((clause) => clause.some((literal) => text.includes(literal)))) return undefined;
    const run = new Run(program, text);
    for (let at = 0; at !== -1; at = nextPosition(tried, text, at)) {
      if (begins(text, at) && run.matches(at, mode)) return run;
    }
    return undefined;
  };
  return {
    kind: 'linear',
    test: (input) => search(input, 'verdict') !== undefined,
    exec: (input) => {
      const run = search(input, 'captures');
      return run === undefined ? undefined : groupsOf(run, program.groups, input);
    },
  };
}

/** The next position that a match has to be tried at, -1: none. */
export function nextPosition(tried: PatternTree['tried'], text: string, at: number): number {
  if (tried === 'line') return nextLineStart(text, at);
  return tried === 'everywhere' && at < text.length ? at + 1 : -1;
}

/** Whether a match can begin at a position, from its character. */
function firstCharacters(tree: PatternTree): (text: string, at: number) => boolean {
  const sets = new FirstSets(tree.ignoreCase);
  const first = tree.ast.alternatives.map((alternative) => sets.ofSequence(alternative.elements, accepting));
  if (first.some((set) => set.opaque)) return () => true;
  const flags = new Uint8Array(258).map((_, at) => (first.some((set) => set.flags[at] === 1) ? 1 : 0));
  return (text, at) => flags[at >= text.length ? 257 : Math.min(text.charCodeAt(at), 256)] === 1;
}

/** What the groups of a run that matched took. */
export function groupsOf(run: Run, groups: number, input: string): readonly string[] {
  return Array.from({ length: groups }, (_, group) => {
    const [start, end] = [run.slots[2 * group] ?? -1, run.slots[2 * group + 1] ?? -1];
    return start < 0 || end < 0 ? '' : input.slice(start, end);
  });
}
