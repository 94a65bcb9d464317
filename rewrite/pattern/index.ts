/** Patterns of URL Rewrite rules: read in IIS's dialect, run in linear time, analysed for the compilers. */
export { type Attack, findAttack } from './attack.ts';
export { type CostlyPatterns, compilePattern } from './compile.ts';
export type { CompiledPattern } from './compiled.ts';
export type { Conjunct } from './conjuncts.ts';
export { foldCase, foldCodeUnit } from './fold.ts';
export { PatternExhausted, PatternProblem, type PatternProblemCode } from './problem.ts';
export { bestClause, type Clause } from './required.ts';
export { type Finder, type Found, type PatternSearch, searchPattern } from './search.ts';
export { type PatternTree, patternTree } from './tree.ts';
