import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assembleProgram } from './assemble.ts';
import { foldCase } from './fold.ts';
import { backtrackingGrowth } from './growth.ts';
import { nextLineStart } from './lines.ts';
import { PatternProblem } from './problem.ts';
import { Run } from './run.ts';
import { generatedPattern } from './testing/generated-patterns.ts';
import { type PatternTree, patternTree } from './tree.ts';

/** Instructions of our plain engine for one step as the analysis counts them. */
const instructionsPerStep = 12;

/** Instructions that backtracking without memory takes from all positions that have to be tried. */
function plainSteps(tree: PatternTree, input: string, budget: number): number {
  const text = tree.ignoreCase ? foldCase(input) : input;
  const run = new Run(assembleProgram(tree), text, budget);
  const next = { start: () => -1, line: (at: number) => nextLineStart(text, at), everywhere: (at: number) => at + 1 };
  for (let at = 0; at !== -1 && at <= text.length && !run.exhausted; at = next[tree.tried](at)) {
    if (run.matches(at, 'verdict')) break;
  }
  return run.steps;
}

const growthOf = (source: string) => backtrackingGrowth(patternTree(source, 'ECMAScript', true));

describe('the bound on what a backtracking engine may spend', () => {
  test.each([
    ['^/owa/?($|\\?|default\\.aspx|projection\\.aspx|readingPane\\.aspx|popout\\.aspx)', 0],
    ['(?=.*autodiscover)(?=.*powershell)', 1],
    ['^[^/]+/ecp/(.*)$', 1],
    ['autodiscover\\.json', 1],
    ['^([0-9]{1,3}\\.){3}[0-9]{1,3}$', 0],
    ['(.*)X-AnonResource-Backend(.*)', 1],
    ['autodiscover\\.json.*powershell', 2],
    ['(.*)X-BEResource=(.+)/(.+)~(.+)', 4],
    ['^(a+)\\1$', 2],
  ])('%s is of degree %i', (source, degree) => {
    expect(growthOf(source).degree).toBe(degree);
  });

  test.each(['(a+)+$', '(a|aa)*b', '^(?:[a-z]+\\/)*x', '(?:a?){1001}'])('%s is taken to run away', (source) => {
    expect(growthOf(source).degree).toBeGreaterThan(2);
  });

  test('holds for generated patterns on pumped inputs', () => {
    const bit = fc.constantFrom('', 'a', 'b', 'ab', '/', 'A', 'ba/', '\n', 'a\n', '1', 's');
    const counts = { patterns: 0, bounded: 0, runs: 0 };
    const property = fc.property(
      generatedPattern,
      fc.boolean(),
      fc.array(fc.tuple(bit, bit, bit), { minLength: 4, maxLength: 4 }),
      (source, ignoreCase, pumps) => {
        const tree = patternTree(source, 'ECMAScript', ignoreCase);
        const { degree, factor } = backtrackingGrowth(tree);
        counts.patterns += 1;
        if (degree > 2 || factor > 5_000) return;
        counts.bounded += 1;
        for (const [head, pump, tail] of pumps) {
          const input = head + pump.repeat(60) + tail;
          const bound = instructionsPerStep * factor * (input.length + 2) ** degree;
          try {
            expect(plainSteps(tree, input, bound + 1), `${source} on ${JSON.stringify(input)}`).toBeLessThanOrEqual(
              bound,
            );
          } catch (error) {
            if (!(error instanceof PatternProblem)) throw error;
          }
          counts.runs += 1;
        }
      },
    );
    const outcome = fc.check(property, { numRuns: 1_500 });
    console.log(
      `growth: seed ${outcome.seed}, ${counts.patterns} patterns, ${counts.bounded} bounded, ${counts.runs} runs`,
    );
    expect(outcome.failed, fc.defaultReportMessage(outcome)).toBe(false);
    expect(counts.bounded).toBeGreaterThan(600);
  });
});
