import type { PatternSyntax } from '../model.ts';
import type { CompiledPattern } from './compiled.ts';
import { foldCase } from './fold.ts';
import { patternTree } from './tree.ts';

/** Compiles a pattern so that it costs time linear in its input. `@throws` PatternProblem. */
export function compilePattern(source: string, syntax: PatternSyntax, ignoreCase: boolean): CompiledPattern {
  if (syntax === 'ExactMatch') {
    const wanted = ignoreCase ? foldCase(source) : source;
    const test = (input: string) => (ignoreCase ? foldCase(input) : input) === wanted;
    return {
      source,
      syntax,
      ignoreCase,
      captures: 0,
      engine: 'text',
      test,
      exec: (input) => (test(input) ? [input] : undefined),
    };
  }
  const tree = patternTree(source, syntax, ignoreCase);
  const regex = new RegExp(tree.source, ignoreCase ? 'i' : '');
  return {
    source,
    syntax,
    ignoreCase,
    captures: tree.captures,
    engine: 'native',
    test: (input) => regex.test(input),
    exec: (input) => {
      const found = regex.exec(input);
      return found === null ? undefined : Array.from(found, (group) => group ?? '');
    },
  };
}
