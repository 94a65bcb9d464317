import type { PatternSyntax } from '../model.ts';
import type { CompiledPattern } from './compiled.ts';
import { parseEcmaScript } from './dialect.ts';
import { foldCase } from './fold.ts';

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
  const regex = new RegExp(
    syntax === 'Wildcard' ? wildcard(source) : (parseEcmaScript(source), source),
    ignoreCase ? 'i' : '',
  );
  return {
    source,
    syntax,
    ignoreCase,
    captures: (new RegExp(`${regex.source}|`).exec('')?.length ?? 1) - 1,
    engine: 'native',
    test: (input) => regex.test(input),
    exec: (input) => {
      const found = regex.exec(input);
      return found === null ? undefined : Array.from(found, (group) => group ?? '');
    },
  };
}

function wildcard(source: string): string {
  const body = source.replace(/[\\^$.*+?()[\]{}|/]/g, (char) =>
    char === '*' ? '([^]*)' : char === '?' ? '[^]' : `\\${char}`,
  );
  return `^${body}$`;
}
