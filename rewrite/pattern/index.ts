/** Patterns of URL Rewrite rules: read in IIS's dialect, run in linear time, analysed for the compilers. */
export { compilePattern } from './compile.ts';
export type { CompiledPattern } from './compiled.ts';
export { foldCase } from './fold.ts';
export { PatternProblem, type PatternProblemCode } from './problem.ts';
export { type Conjunct, type PatternTree, patternTree } from './tree.ts';
