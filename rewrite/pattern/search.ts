import type { PatternSyntax } from '../model.ts';
import { assembleProgram } from './assemble.ts';
import { foldCase } from './fold.ts';
import { backtrackingGrowth } from './growth.ts';
import { nextLineStart } from './lines.ts';
import { PatternProblem } from './problem.ts';
import type { Program } from './program.ts';
import { Run } from './run.ts';
import { type PatternTree, patternTree } from './tree.ts';

/** One match inside a longer text. */
export interface Found {
  /** Offset in the text, UTF-16 code units. */
  readonly index: number;
  /** The matched text, then each group, empty where a group took no part. */
  readonly captures: readonly string[];
}

/** The leftmost match from an offset on, as a global regular expression finds it. */
export type Finder = (from: number) => Found | undefined;

/** A pattern that is looked for again and again in one text. */
export interface PatternSearch {
  /** Longest text it may be given, in UTF-16 code units: what it remembers of a text takes memory. */
  readonly mostCharacters: number;
  over(text: string): Finder;
}

/** Bits that one search may remember: 32 MiB. */
const mostBits = 2 ** 28;
/** As in `compile.ts`: steps for a character that V8's engine may take. */
const mostSteps = 200;

/**
 * Compiles a pattern for finding all its matches in a text, at a cost that does not run away: V8's engine where its growth
 * is proven linear, else the remembering one. `@throws` PatternProblem.
 */
export function searchPattern(source: string, syntax: PatternSyntax, ignoreCase: boolean): PatternSearch {
  const tree = patternTree(source, syntax, ignoreCase);
  const { degree, factor } = backtrackingGrowth(tree);
  return degree <= 1 && factor <= mostSteps ? nativeSearch(tree) : rememberingSearch(tree);
}

/**
 * The next position that has to be tried, or -1. A pattern that begins with `.*` and matches anywhere in a line also matches
 * at the line's start, or at the offset the search goes on from.
 */
function nextPosition(tree: PatternTree, text: string, at: number): number {
  if (tree.tried === 'start') return -1;
  if (tree.tried === 'line') return nextLineStart(text, at);
  return at < text.length ? at + 1 : -1;
}

function nativeSearch(tree: PatternTree): PatternSearch {
  const everywhere = tree.tried === 'everywhere';
  const expression = new RegExp(tree.source, `${tree.ignoreCase ? 'i' : ''}${everywhere ? 'g' : 'y'}`);
  const attempt = (text: string, at: number): Found | undefined => {
    expression.lastIndex = at;
    const found = expression.exec(text);
    return found ? { index: found.index, captures: Array.from(found, (group) => group ?? '') } : undefined;
  };
  return {
    mostCharacters: Number.POSITIVE_INFINITY,
    over: (text) => (from) => {
      if (everywhere) return attempt(text, from);
      for (let at = from; at !== -1; at = nextPosition(tree, text, at)) {
        const found = attempt(text, at);
        if (found) return found;
      }
      return undefined;
    },
  };
}

function rememberingSearch(tree: PatternTree): PatternSearch {
  const program = assembleProgram(tree);
  if (program.hasReferences) {
    throw new PatternProblem('costly-pattern', 'a reference to a group of any length takes polynomial time', 0);
  }
  const bits = program.meets * program.progressStates + program.lookAheads.length * 8;
  return {
    mostCharacters: Math.floor(mostBits / Math.max(1, bits)),
    over: (text) => {
      const run = new Run(program, tree.ignoreCase ? foldCase(text) : text, undefined, true);
      return (from) => {
        for (let at = from; at !== -1; at = nextPosition(tree, text, at)) {
          run.slots.fill(-1);
          if (run.matches(at, 'captures')) return { index: at, captures: groupsOf(run, program, text) };
        }
        return undefined;
      };
    },
  };
}

function groupsOf(run: Run, program: Program, text: string): readonly string[] {
  return Array.from({ length: program.groups }, (_, group) => {
    const [start, end] = [run.slots[2 * group] ?? -1, run.slots[2 * group + 1] ?? -1];
    return start < 0 || end < 0 ? '' : text.slice(start, end);
  });
}
