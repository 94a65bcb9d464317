import type { PatternSyntax } from '../model.ts';
import { findAttack } from './attack.ts';
import { boundedEngine } from './bounded-engine.ts';
import { chainOf } from './chain.ts';
import { chainEngine } from './chain-engine.ts';
import type { CompiledPattern } from './compiled.ts';
import type { Engine } from './engine.ts';
import { backtrackingGrowth } from './growth.ts';
import { linearEngine } from './linear-engine.ts';
import { nativeEngine } from './native-engine.ts';
import { PatternProblem } from './problem.ts';
import { type PatternTree, patternTree } from './tree.ts';

/** Steps that V8's engine may take for each character of the input; above it, ours is not slower. */
const mostStepsEach = 200;
/** Steps it may take in all where their number does not depend on the input. */
const mostStepsInAll = 20_000;

/** No attack is looked for on patterns longer than this, in UTF-16 code units. */
const longestShown = 1_000;
/** Characters of an attack that is handed out. */
const attackLength = 2_000;

/** What becomes of a pattern without a linear form: refused, as fits everything that strangers send requests to; or run for so many steps. */
export type CostlyPatterns = 'refuse' | 'bound';

/**
 * Compiles a pattern so that it costs time linear in its input. `@throws` PatternProblem. With `costly` `bound` a pattern without a linear form is accepted;
 * its `test` and `exec` may throw `PatternExhausted`.
 */
export function compilePattern(
  source: string,
  syntax: PatternSyntax,
  ignoreCase: boolean,
  costly: CostlyPatterns = 'refuse',
): CompiledPattern {
  const tree = patternTree(source, syntax, ignoreCase);
  const engine = costly === 'bound' ? orBounded(tree) : chooseEngine(tree);
  return {
    source,
    syntax,
    ignoreCase,
    captures: tree.captures,
    requiredLiterals: tree.requiredLiterals,
    engine: engine.kind,
    test: engine.test,
    exec: engine.exec,
  };
}

function chooseEngine(tree: PatternTree): Engine {
  const chain = chainOf(tree);
  if (chain !== undefined) return chainEngine(chain, tree.ignoreCase);
  const { degree, factor } = backtrackingGrowth(tree);
  const safe = degree === 0 ? factor <= mostStepsInAll : degree === 1 && factor <= mostStepsEach;
  return safe ? nativeEngine(tree) : orShowAttack(tree, () => linearEngine(tree));
}

function orBounded(tree: PatternTree): Engine {
  try {
    return chooseEngine(tree);
  } catch (error) {
    if (!(error instanceof PatternProblem) || error.code !== 'costly-pattern') throw error;
    return boundedEngine(tree);
  }
}

/** Adds to a refusal an input that shows why, if one is found. */
function orShowAttack(tree: PatternTree, make: () => Engine): Engine {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof PatternProblem) || error.code !== 'costly-pattern') throw error;
    const attack = tree.source.length <= longestShown ? findAttack(tree) : undefined;
    if (attack === undefined) throw error;
    const message = `${error.message}; it can be exhausted with ${attack.recipe}`;
    throw new PatternProblem(error.code, message, error.offset, { cause: error, attack: attack.input(attackLength) });
  }
}
