import type { AST } from '@eslint-community/regexpp';
import type { PatternSyntax } from '../model.ts';
import { parseEcmaScript } from './dialect.ts';

/** One part of a pattern that is a conjunction. */
export interface Conjunct {
  /** The part holds where its body is *not* found. */
  readonly negate: boolean;
  /** The alternatives of the look-ahead (or of the whole pattern, if it is no conjunction): matched from the position at which all conjuncts are tried. */
  readonly alternatives: readonly AST.Alternative[];
  /** Number of the first group in it; groups are numbered through the whole pattern. */
  readonly firstCapture: number;
}

/**
 * A pattern analysed, for the compilers and the matcher. The same for all syntaxes: a Wildcard or ExactMatch pattern is given as the
 * ECMAScript pattern of the same meaning (anchored at both ends).
 *
 * - `source`, `ast`: the ECMAScript pattern (POSIX classes written out) and its syntax tree. Read `ast` with `ignoreCase`; no flags `s`, `m`, `u`.
 * - `conjuncts`: `(?=.*a)(?=.*b)c` is [`.*a`, `.*b`, `c`]: the pattern matches where all conjuncts hold *at one position*. `tried` says which
 *   positions have to be looked at so that the verdict stays the same: only the start of the input, the start of the input and after each
 *   line terminator (LF, CR, U+2028, U+2029), or every position. With `start` or `line` each conjunct may be tested by itself, anchored with
 *   `^` (on an input of one line, which every raw request line and header is, `line` is the same as `start`).
 * - `requiredLiterals`: conjunctive normal form; any input that matches contains, for *each* clause, at least one of its strings. Folded
 *   with `foldCase` when ignoreCase (compare with `foldCase(input)`). Empty: nothing is known.
 * - `anchoredStart`, `anchoredEnd`: every match begins at the start / ends at the end of the input.
 */
export interface PatternTree {
  readonly syntax: PatternSyntax;
  readonly ignoreCase: boolean;
  readonly source: string;
  readonly ast: AST.Pattern;
  readonly captures: number;
  readonly anchoredStart: boolean;
  readonly anchoredEnd: boolean;
  readonly tried: 'start' | 'line' | 'everywhere';
  readonly conjuncts: readonly Conjunct[];
  readonly requiredLiterals: readonly (readonly string[])[];
}

/** Analyses a pattern. `@throws` PatternProblem `invalid-pattern`. */
export function patternTree(source: string, syntax: PatternSyntax, ignoreCase: boolean): PatternTree {
  const ast = parseEcmaScript(source);
  return {
    syntax,
    ignoreCase,
    source,
    ast,
    captures: 0,
    anchoredStart: false,
    anchoredEnd: false,
    tried: 'everywhere',
    conjuncts: [{ negate: false, alternatives: ast.alternatives, firstCapture: 1 }],
    requiredLiterals: [],
  };
}
