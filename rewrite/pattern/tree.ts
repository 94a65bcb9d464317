import type { AST } from '@eslint-community/regexpp';
import { visitRegExpAST } from '@eslint-community/regexpp';
import type { PatternSyntax } from '../model.ts';
import { anchoredAtEnd, anchoredAtStart, positionsToTry, type Tried } from './anchoring.ts';
import { type Conjunct, conjunctsOf } from './conjuncts.ts';
import { parseEcmaScript } from './dialect.ts';
import { asEcmaScript } from './ecmascript.ts';
import { type Clause, requiredLiterals } from './required.ts';

/**
 * A pattern analysed, for the engines here, the matcher and the compilers. Wildcard and ExactMatch patterns are given as the ECMAScript
 * pattern of the same meaning (anchored at both ends), so that one emitter does for all.
 */
export interface PatternTree {
  readonly syntax: PatternSyntax;
  readonly ignoreCase: boolean;
  /** The ECMAScript pattern, POSIX classes written out; its flags are `i` from ignoreCase, never `s`, `m`, `u`. */
  readonly source: string;
  /** Its syntax tree; offsets and `raw` are those of `source`. Nothing IIS refuses is in it (no look-behind, named groups, modifiers, `\p`). */
  readonly ast: AST.Pattern;
  /** Number of capturing groups. */
  readonly captures: number;
  /** Every match begins at the start of the input (`^`). */
  readonly anchoredStart: boolean;
  /** Every match ends at the very end of the input (`$` of ECMAScript without `m`: not before a last line feed). */
  readonly anchoredEnd: boolean;
  /**
   * Positions at which the pattern has to be tried; all others can be left out with the same verdict, the same leftmost match and the same captures.
   * `start`: only 0. `line`: only 0 and after each LF, CR, U+2028, U+2029 (patterns that begin with `.*`, or with look-aheads that do): on an input of
   * one line that is the same as `start`. `everywhere`: no shortcut known.
   */
  readonly tried: Tried;
  /**
   * `(?=.*a)(?=.*b)c` as [`.*a`, `.*b`, `c`]: the pattern matches where *all* hold at *one* position. With `tried` `start` (or `line`, on an input of
   * one line) each may be tested by itself behind a `^`, in any order: `^.*a` and `^.*b` and `^c`. With `everywhere` they may not be pulled apart.
   */
  readonly conjuncts: readonly Conjunct[];
  /**
   * Conjunctive normal form: an input that matches contains, for *each* clause, at least one of its strings. With ignoreCase they are folded:
   * look for them in `foldCase(input)`, or ignoring case. Empty: nothing is known, and the pattern may match anything.
   * Necessary, not sufficient, and independent of order.
   */
  readonly requiredLiterals: readonly Clause[];
}

/** Analyses a pattern. `@throws` PatternProblem `invalid-pattern`. */
export function patternTree(source: string, syntax: PatternSyntax, ignoreCase: boolean): PatternTree {
  const ecmaScript = asEcmaScript(source, syntax);
  const ast = parseEcmaScript(ecmaScript);
  let captures = 0;
  visitRegExpAST(ast, {
    onCapturingGroupEnter: () => {
      captures += 1;
    },
  });
  return {
    syntax,
    ignoreCase,
    source: ecmaScript,
    ast,
    captures,
    anchoredStart: anchoredAtStart(ast.alternatives),
    anchoredEnd: anchoredAtEnd(ast.alternatives),
    tried: positionsToTry(ast),
    conjuncts: conjunctsOf(ast),
    requiredLiterals: requiredLiterals(ast, ignoreCase),
  };
}
