import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundedEngine } from './bounded-engine.ts';
import { compilePattern } from './compile.ts';
import type { Engine } from './engine.ts';
import { foldCase } from './fold.ts';
import { linearEngine } from './linear-engine.ts';
import { PatternProblem } from './problem.ts';
import { generatedChain, generatedInput, generatedPattern } from './testing/generated-patterns.ts';
import { type PatternTree, patternTree } from './tree.ts';

const refusals = (error: unknown): undefined => {
  if (error instanceof PatternProblem && error.code === 'costly-pattern') return undefined;
  throw error;
};

function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    return refusals(error);
  }
}

/** Compares an engine with V8 on one input: verdict, and every capture. */
function compare(engine: Pick<Engine, 'test' | 'exec'>, regex: RegExp, input: string, name: string): void {
  const found = regex.exec(input);
  const wanted = found === null ? undefined : Array.from(found, (group) => group ?? '');
  const got = engine.exec(input);
  if (engine.test(input) === (found !== null) && JSON.stringify(got) === JSON.stringify(wanted)) return;
  expect({ verdict: engine.test(input), got }, `${name} ${regex} on ${JSON.stringify(input)}`).toEqual({
    verdict: found !== null,
    got: wanted,
  });
}

function compareTree(tree: PatternTree, regex: RegExp, input: string): void {
  const found = regex.exec(input);
  if (found === null) return;
  const folded = tree.ignoreCase ? foldCase(input) : input;
  const violated = [
    tree.requiredLiterals.some((clause) => !clause.some((literal) => folded.includes(literal))) && 'literals',
    (tree.anchoredStart || tree.tried === 'start') && found.index !== 0 && 'start',
    tree.anchoredEnd && found.index + found[0].length !== input.length && 'end',
    tree.tried === 'line' && !/^$|[\n\r\u2028\u2029]$/.test(input.slice(0, found.index)) && 'line',
  ].filter((problem) => problem !== false);
  if (violated.length > 0) expect(violated, `${regex} on ${JSON.stringify(input)}`).toEqual([]);
}

describe('every engine gives the verdict and the captures that V8 gives', () => {
  test.each([
    ['generated patterns', generatedPattern, 700],
    ['generated chains', generatedChain, 700],
  ])('for %s', (name, patterns, numRuns) => {
    const counts = { chain: 0, native: 0, linear: 0, bounded: 0, refused: 0, matches: 0, inputs: 0 };
    const inputs = fc.array(generatedInput(16), { minLength: 5, maxLength: 5 });
    const property = fc.property(patterns, fc.boolean(), inputs, (source, ignoreCase, texts) => {
      const regex = new RegExp(source, ignoreCase ? 'i' : '');
      const tree = patternTree(source, 'ECMAScript', ignoreCase);
      const compiled = attempt(() => compilePattern(source, 'ECMAScript', ignoreCase));
      const linear = attempt(() => linearEngine(tree));
      counts[compiled?.engine ?? 'refused'] += 1;
      expect(tree.captures).toBe((new RegExp(`${source}|`).exec('')?.length ?? 0) - 1);
      for (const input of texts) {
        counts.inputs += 1;
        counts.matches += regex.test(input) ? 1 : 0;
        compareTree(tree, regex, input);
        if (compiled) compare(compiled, regex, input, compiled.engine);
        if (linear) compare(linear, regex, input, 'linear');
      }
    });
    const outcome = fc.check(property, { numRuns });
    console.log(`${name}: seed ${outcome.seed}, ${JSON.stringify(counts)}`);
    expect(outcome.failed, fc.defaultReportMessage(outcome)).toBe(false);
    expect(counts.matches).toBeGreaterThan(counts.inputs / 10);
    expect(counts.refused).toBeLessThan(numRuns / 50);
  });

  test('for Wildcard and ExactMatch', () => {
    const source = fc.string({ unit: fc.constantFrom('a', 'B', '*', '?', '.', '\\', '/', '$'), maxLength: 7 });
    const input = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '.', '\\', '/', '\n', '*'), maxLength: 10 });
    let matches = 0;
    const property = fc.property(
      source,
      fc.boolean(),
      fc.array(input, { minLength: 5 }),
      (text, ignoreCase, inputs) => {
        const quoted = text.replace(/[\\^$.+()[\]{}|/]/g, '\\$&');
        const wildcard = new RegExp(
          `^${quoted.replaceAll('*', '([^]*)').replaceAll('?', '[^]')}$`,
          ignoreCase ? 'i' : '',
        );
        const exact = new RegExp(`^${quoted.replace(/[*?]/g, '\\$&')}$`, ignoreCase ? 'i' : '');
        for (const one of [...inputs, text, text.replaceAll('*', 'ab/').replaceAll('?', '\n')]) {
          matches += wildcard.test(one) ? 1 : 0;
          compare(compilePattern(text, 'Wildcard', ignoreCase), wildcard, one, 'Wildcard');
          compare(compilePattern(text, 'ExactMatch', ignoreCase), exact, one, 'ExactMatch');
        }
      },
    );
    const outcome = fc.check(property, { numRuns: 500 });
    console.log(`wildcards: seed ${outcome.seed}, ${matches} matches`);
    expect(outcome.failed, fc.defaultReportMessage(outcome)).toBe(false);
    expect(matches).toBeGreaterThan(300);
  });
});

describe('the bounded engine', () => {
  test('gives the verdict and the captures that V8 gives, back-references included', () => {
    const piece = fc.constantFrom(
      '(a+)',
      '(.*)',
      '([ab]+?)',
      '(b|ab)',
      '/',
      '\\1',
      '(?=.*\\1)',
      'a',
      '.',
      '(?:\\1b)?',
      '(?!\\1)',
    );
    const source = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => `(a*b?)${pieces.join('')}`);
    const counts = { matches: 0, inputs: 0 };
    const inputs = fc.array(generatedInput(12), { minLength: 5, maxLength: 5 });
    const property = fc.property(source, fc.boolean(), inputs, (text, ignoreCase, texts) => {
      const regex = new RegExp(text, ignoreCase ? 'i' : '');
      const engine = boundedEngine(patternTree(text, 'ECMAScript', ignoreCase));
      for (const input of texts) {
        counts.inputs += 1;
        counts.matches += regex.test(input) ? 1 : 0;
        compare(engine, regex, input, 'bounded');
      }
    });
    const outcome = fc.check(property, { numRuns: 500 });
    console.log(`back-references: seed ${outcome.seed}, ${JSON.stringify(counts)}`);
    expect(outcome.failed, fc.defaultReportMessage(outcome)).toBe(false);
    expect(counts.matches).toBeGreaterThan(counts.inputs / 10);
  });
});
