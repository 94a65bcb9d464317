import type { PatternSyntax } from '../model.ts';
import { chainOf } from './chain.ts';
import { chainEngine } from './chain-engine.ts';
import type { CompiledPattern } from './compiled.ts';
import type { Engine } from './engine.ts';
import { backtrackingGrowth } from './growth.ts';
import { linearEngine } from './linear-engine.ts';
import { nativeEngine } from './native-engine.ts';
import { type PatternTree, patternTree } from './tree.ts';

/** Steps for a character of the input that V8's engine may take; above it, ours is not slower. */
const mostSteps = 200;

/** Compiles a pattern so that it costs time linear in its input. `@throws` PatternProblem. */
export function compilePattern(source: string, syntax: PatternSyntax, ignoreCase: boolean): CompiledPattern {
  const tree = patternTree(source, syntax, ignoreCase);
  const engine = chooseEngine(tree);
  return {
    source,
    syntax,
    ignoreCase,
    captures: tree.captures,
    engine: engine.kind,
    test: engine.test,
    exec: engine.exec,
  };
}

function chooseEngine(tree: PatternTree): Engine {
  const chain = chainOf(tree);
  if (chain !== undefined) return chainEngine(chain, tree.ignoreCase);
  const { degree, factor } = backtrackingGrowth(tree);
  return degree <= 1 && factor <= mostSteps ? nativeEngine(tree) : linearEngine(tree);
}
