import type { AST } from '@eslint-community/regexpp';
import { isAnything } from './sets.ts';

/** Which positions have to be tried so that neither verdict, nor leftmost match, nor captures change. */
export type Tried = 'start' | 'line' | 'everywhere';

/** Every match begins at the start of the input. */
export function anchoredAtStart(alternatives: readonly AST.Alternative[]): boolean {
  return alternatives.every((alternative) => {
    for (const element of alternative.elements) {
      if (isEdge(element, 'start') || groupIs(element, anchoredAtStart)) return true;
      if (element.type !== 'Assertion') return false;
      if (element.kind === 'lookahead' && !element.negate && anchoredAtStart(element.alternatives)) return true;
    }
    return false;
  });
}

/** Every match ends at the end of the input. */
export function anchoredAtEnd(alternatives: readonly AST.Alternative[]): boolean {
  return alternatives.every((alternative) => {
    const last = alternative.elements.at(-1);
    return last !== undefined && (isEdge(last, 'end') || groupIs(last, anchoredAtEnd));
  });
}

function isEdge(element: AST.Element, kind: 'start' | 'end'): boolean {
  return element.type === 'Assertion' && element.kind === kind;
}

function groupIs(element: AST.Element, holds: (alternatives: readonly AST.Alternative[]) => boolean): boolean {
  return (element.type === 'Group' || element.type === 'CapturingGroup') && holds(element.alternatives);
}

/**
 * A pattern that begins with `.*` (or with look-aheads that do) matches at the start of a line if it matches anywhere in it: the `.*` takes
 * in what lies between. So only line starts need to be tried; with `[\s\S]*` only the start of the input.
 */
export function positionsToTry(pattern: AST.Pattern): Tried {
  if (anchoredAtStart(pattern.alternatives)) return 'start';
  if (/\\[1-9]/.test(pattern.raw)) return 'everywhere';
  const reach = leadingReach(pattern.alternatives);
  if (reach.absorbs === 'nothing' && !reach.onlyLookaheads) return 'everywhere';
  return reach.line ? 'line' : 'start';
}

/** What a sequence takes in before anything that depends on the position. */
interface Reach {
  readonly absorbs: 'something' | 'nothing';
  /** Nothing but look-aheads that take in themselves: the sequence goes on behind it. */
  readonly onlyLookaheads: boolean;
  /** Some leading gap stops at line ends. */
  readonly line: boolean;
}

const stuck: Reach = { absorbs: 'nothing', onlyLookaheads: false, line: true };

function leadingReach(alternatives: readonly AST.Alternative[]): Reach {
  const reaches = alternatives.map((alternative) => reachOfSequence(alternative.elements));
  const all = (holds: (reach: Reach) => boolean) => reaches.every(holds);
  if (!all((reach) => reach.absorbs === 'something' || reach.onlyLookaheads)) return stuck;
  const line = reaches.some((reach) => reach.line);
  // A group of which one way takes in and the other does not: what follows would start at the position itself.
  if (all((reach) => reach.absorbs === 'something')) return { absorbs: 'something', onlyLookaheads: false, line };
  return { absorbs: 'nothing', onlyLookaheads: true, line };
}

function reachOfSequence(elements: readonly AST.Element[]): Reach {
  let line = false;
  for (const element of elements) {
    const reach = reachOfElement(element);
    line ||= reach.line;
    if (reach.absorbs === 'something') return { absorbs: 'something', onlyLookaheads: false, line };
    if (!reach.onlyLookaheads) return stuck;
  }
  return { absorbs: 'nothing', onlyLookaheads: true, line };
}

function reachOfElement(element: AST.Element): Reach {
  if (element.type === 'Group' || element.type === 'CapturingGroup') return leadingReach(element.alternatives);
  if (element.type === 'Assertion' && element.kind === 'lookahead' && !element.negate) {
    const inner = leadingReach(element.alternatives);
    const holds = inner.absorbs === 'something' || inner.onlyLookaheads;
    return holds ? { absorbs: 'nothing', onlyLookaheads: true, line: inner.line } : stuck;
  }
  if (element.type !== 'Quantifier' || element.max !== Number.POSITIVE_INFINITY) return stuck;
  const gap = isAnything(element.element);
  return gap === undefined ? stuck : { absorbs: 'something', onlyLookaheads: false, line: gap === 'line' };
}
