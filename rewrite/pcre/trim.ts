import { choice, isNothing, type Node, nothing, sequence } from './node.ts';
import { covers, everything, isEmpty, type Ranges } from './ranges.ts';

/** What may stand beside a part without being looked at: any of these characters, any number of them. */
interface Free {
  readonly start: Ranges;
  readonly end: Ranges;
}

const none: Ranges = [];
const fixed: Free = { start: none, end: none };

/**
 * Leaves out what does not change whether the pattern is found: beside a gap that takes anything, and at the ends of a pattern that is
 * searched for, a repetition needs its fewest rounds only. So `(.*)a(.+)` becomes `a.`. Look-aheads begin where they stand and end anywhere.
 */
export function trimPattern(node: Node): Node {
  return trim(node, { start: everything, end: everything });
}

function trim(node: Node, free: Free): Node {
  switch (node.kind) {
    case 'sequence':
      return trimSequence(node.items, free);
    case 'choice':
      return choice(node.options.map((option) => trim(option, free)));
    case 'look':
      return { ...node, body: trim(node.body, { start: none, end: everything }) };
    case 'repeat':
      return trimRepeat(node, free);
    default:
      return node;
  }
}

function trimRepeat(node: Node & { readonly kind: 'repeat' }, free: Free): Node {
  if (!absorbs(free.start, node.item) && !absorbs(free.end, node.item)) {
    return node.min === 1 && node.max === 1 ? node.item : node;
  }
  if (node.min === 0) return nothing;
  if (node.min === 1) return trim(node.item, free);
  return { ...node, max: node.min };
}

/** Whether any text an item takes could be left to what is beside it. */
function absorbs(free: Ranges, item: Node): boolean {
  if (isEmpty(free)) return false;
  return covers(free, everything) || (item.kind === 'set' && covers(free, item.ranges));
}

function trimSequence(all: readonly Node[], free: Free): Node {
  const items = all
    .map((item) => trim(item, fixed))
    .flatMap((item) => (item.kind === 'sequence' ? item.items : [item]));
  const forward = trimAlong(items, free.start, (beside) => ({ start: beside, end: none }));
  const backward = trimAlong(forward.toReversed(), free.end, (beside) => ({ start: none, end: beside }));
  return sequence(backward.toReversed());
}

/** Trims each item by the gap before it, in walking order; what vanishes leaves the next one beside the same gap. */
function trimAlong(items: readonly Node[], edge: Ranges, free: (beside: Ranges) => Free): readonly Node[] {
  const kept: Node[] = [];
  let beside = edge;
  for (const item of items) {
    const gap = gapRanges(item);
    const isRealGap = gap !== undefined && !covers(beside, gap);
    const trimmed = isRealGap ? item : trim(item, free(beside));
    if (isNothing(trimmed)) continue;
    kept.push(trimmed);
    beside = gapRanges(trimmed) ?? none;
  }
  return kept;
}

/** The set of a repetition without an upper bound. */
function gapRanges(node: Node): Ranges | undefined {
  return node.kind === 'repeat' && node.max === Number.POSITIVE_INFINITY && node.item.kind === 'set'
    ? node.item.ranges
    : undefined;
}
