import type { AST } from '@eslint-community/regexpp';
import { assembleProgram } from './assemble.ts';
import { CharacterSet } from './character-set.ts';
import { foldCase } from './fold.ts';
import type { Program } from './program.ts';
import { Run } from './run.ts';
import type { PatternTree } from './tree.ts';

/** Inputs on which a backtracking engine takes more than linear time for a pattern as it was published. */
export interface Attack {
  /** How it is made, e.g. `"X-BEResource=" and "/" repeated`. */
  readonly recipe: string;
  /** Growth as measured: 2 is quadratic; Infinity: it could not be followed. */
  readonly degree: number;
  /** An input of about so many characters. */
  input(length: number): string;
}

const lengths = [16, 32, 64, 128] as const;
const stepsEach = 60_000;
const stepsInAll = 3_000_000;
const tails = ['!', '', '\n'];
/** Doubling the input makes a linear pattern take twice as long; four times is quadratic. */
const suspicious = 3;

/**
 * Looks for an attack by running likely inputs on a plain backtracking engine with a budget and comparing steps at doubled lengths. Finding none
 * proves nothing; `backtrackingGrowth` proves.
 */
export function findAttack(tree: PatternTree): Attack | undefined {
  const program = assembleProgram(tree);
  let left = stepsInAll;
  let worst: Attack | undefined;
  for (const [head, pump, tail] of combinations(headsOf(tree), pumpsOf(tree), tails)) {
    if (left <= 0) break;
    const input = (length: number) => head + pump.repeat(Math.ceil(length / pump.length)) + tail;
    const steps = lengths.map((length) => stepsOf(program, tree, input(length)));
    left -= steps.reduce((sum, count) => sum + count, 0);
    const degree = measuredDegree(steps);
    if (2 ** degree >= suspicious && degree > (worst?.degree ?? 0)) {
      worst = { recipe: recipe(head, pump, tail), degree, input };
    }
  }
  return worst;
}

function combinations(...lists: readonly (readonly string[])[]): readonly (readonly [string, string, string])[] {
  const [heads = [], pumps = [], ends = []] = lists;
  return heads.flatMap((head) => pumps.flatMap((pump) => ends.map((tail) => [head, pump, tail] as const)));
}

function recipe(head: string, pump: string, tail: string): string {
  const parts = [head, pump, tail].map((part) => JSON.stringify(part));
  return `${head === '' ? '' : `${parts[0]}, then `}${parts[1]} repeated${tail === '' ? '' : `, then ${parts[2]}`}`;
}

/** Steps of a search from every position, as an engine makes it that knows no better. */
function stepsOf(program: Program, tree: PatternTree, input: string): number {
  const text = tree.ignoreCase ? foldCase(input) : input;
  const run = new Run(program, text, stepsEach);
  for (let at = 0; at <= text.length && !run.exhausted; at += 1) if (run.matches(at, 'verdict')) break;
  return run.steps;
}

function measuredDegree(steps: readonly number[]): number {
  const within = steps.filter((count) => count <= stepsEach);
  const [last, before] = [within.at(-1), within.at(-2)];
  if (within.length < steps.length && (last === undefined || before === undefined)) return Number.POSITIVE_INFINITY;
  return last === undefined || before === undefined || before === 0 ? 0 : Math.log2(last / before);
}

/** What to repeat: the pattern's own literals, and something of each class that it repeats. */
function pumpsOf(tree: PatternTree): readonly string[] {
  const found = new Set<string>();
  const visit = (element: AST.Element): void => {
    if (element.type === 'Quantifier' && element.max > 1) found.add(sample(element.element, tree.ignoreCase));
    if (element.type === 'Quantifier') visit(element.element);
    if ('alternatives' in element) for (const alternative of element.alternatives) sequence(alternative.elements);
  };
  const sequence = (elements: readonly AST.Element[]): void => {
    found.add(literalsIn(elements));
    found.add(literalsIn(elements.filter((element) => element.type === 'Character')));
    for (const element of elements) {
      if (element.type === 'Character') found.add(String.fromCharCode(element.value));
      visit(element);
    }
  };
  for (const alternative of tree.ast.alternatives) sequence(alternative.elements);
  return [...found].filter((pump) => pump !== '').slice(0, 16);
}

/** All characters that stand in a sequence by themselves, those in its groups too. */
function literalsIn(elements: readonly AST.Element[]): string {
  const each = elements.map((element): string => {
    if (element.type === 'Character') return String.fromCharCode(element.value);
    if (element.type === 'Quantifier') return literalsIn([element.element]);
    return 'alternatives' in element ? literalsIn(element.alternatives[0]?.elements ?? []) : '';
  });
  return each.join('');
}

/** What to begin with: nothing, or what leads up to each repeat at the top. */
function headsOf(tree: PatternTree): readonly string[] {
  const heads = new Set(['']);
  for (const { elements } of tree.ast.alternatives) {
    elements.forEach((element, at) => {
      if (element.type === 'Quantifier' || element.type === 'CapturingGroup')
        heads.add(sampleOf(elements.slice(0, at), tree.ignoreCase));
    });
  }
  return [...heads].slice(0, 6);
}

const sampleOf = (elements: readonly AST.Element[], ignoreCase: boolean): string =>
  elements.map((element) => sample(element, ignoreCase)).join('');

/** A short string that an element matches, more or less. */
function sample(element: AST.Element, ignoreCase: boolean): string {
  switch (element.type) {
    case 'Character':
      return String.fromCharCode(element.value);
    case 'CharacterClass':
    case 'CharacterSet': {
      const set = new CharacterSet(element, ignoreCase);
      const unit = [...'a/0 -'].map((character) => character.charCodeAt(0)).find((code) => set.has(code));
      return String.fromCharCode(unit ?? Math.max(0, set.latin1.indexOf(1)));
    }
    case 'Group':
    case 'CapturingGroup':
      return sampleOf(element.alternatives[0]?.elements ?? [], ignoreCase);
    case 'Quantifier':
      return sample(element.element, ignoreCase).repeat(Math.min(element.min, 8));
    default:
      return '';
  }
}
