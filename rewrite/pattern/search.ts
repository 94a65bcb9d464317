import type { PatternSyntax } from '../model.ts';
import { assembleProgram } from './assemble.ts';
import { foldCase } from './fold.ts';
import { backtrackingGrowth } from './growth.ts';
import { PatternProblem } from './problem.ts';
import { Run } from './run.ts';
import { type PatternTree, patternTree } from './tree.ts';

/** One match inside a longer text. */
export interface Found {
  /** Offset in the text, UTF-16 code units. */
  readonly index: number;
  /** The matched text, then each group, empty where a group took no part. */
  readonly captures: readonly string[];
}

/** A pattern that is looked for again and again in one text. */
export interface PatternSearch {
  /** Longest text it may be given, in UTF-16 code units: what it remembers of a text takes memory. */
  readonly mostCharacters: number;
  /** The leftmost match from `from` on, as a global regular expression finds it. Offsets asked for in one text have to ascend. */
  find(text: string, from: number): Found | undefined;
}

/** Bits that one search may remember: 32 MiB. */
const mostBits = 2 ** 28;
/** As in `compile.ts`: steps for a character that V8's engine may take. */
const mostSteps = 200;

/**
 * Compiles an ECMAScript pattern for finding all its matches in a text, at a cost that does not run away: V8's engine where
 * its growth is proven linear, else the remembering one. `@throws` PatternProblem.
 */
export function searchPattern(source: string, syntax: PatternSyntax, ignoreCase: boolean): PatternSearch {
  const tree = patternTree(source, syntax, ignoreCase);
  const { degree, factor } = backtrackingGrowth(tree);
  return degree <= 1 && factor <= mostSteps ? nativeSearch(tree) : rememberingSearch(tree);
}

function nativeSearch(tree: PatternTree): PatternSearch {
  const expression = new RegExp(tree.source, tree.ignoreCase ? 'gi' : 'g');
  return {
    mostCharacters: Number.POSITIVE_INFINITY,
    find: (text, from) => {
      expression.lastIndex = from;
      const found = expression.exec(text);
      return found ? { index: found.index, captures: Array.from(found, (group) => group ?? '') } : undefined;
    },
  };
}

function rememberingSearch(tree: PatternTree): PatternSearch {
  const program = assembleProgram(tree);
  if (program.hasReferences) {
    throw new PatternProblem('costly-pattern', 'a reference to a group of any length takes polynomial time', 0);
  }
  const rows = program.meets * program.progressStates + program.lookAheads.length * 8;
  let known: { readonly text: string; readonly folded: string; readonly run: Run } | undefined;
  return {
    mostCharacters: Math.floor(mostBits / Math.max(1, rows)),
    find: (text, from) => {
      if (known === undefined || known.text !== text) {
        const folded = tree.ignoreCase ? foldCase(text) : text;
        known = { text, folded, run: new Run(program, folded, undefined, true) };
      }
      const { run } = known;
      for (let at = from; at <= text.length; at += 1) {
        run.slots.fill(-1);
        if (run.matches(at, 'captures')) return { index: at, captures: groupsOf(run, program.groups, text) };
      }
      return undefined;
    },
  };
}

function groupsOf(run: Run, groups: number, text: string): readonly string[] {
  return Array.from({ length: groups }, (_, group) => {
    const [start, end] = [run.slots[2 * group] ?? -1, run.slots[2 * group + 1] ?? -1];
    return start < 0 || end < 0 ? '' : text.slice(start, end);
  });
}
