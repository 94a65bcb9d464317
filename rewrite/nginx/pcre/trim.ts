import { choice, isNothing, type Node, nothing, sequence } from './node.ts';

/** Which ends of a part may lie anywhere, because only whether it matches is asked. */
interface Free {
  readonly start: boolean;
  readonly end: boolean;
}

/**
 * Leaves out what does not change whether the pattern is found: a repetition at a free end needs its fewest rounds only, so that
 * `(.*)a(.+)` becomes `a.`. Look-aheads begin where they stand and end anywhere.
 */
export function trimPattern(node: Node): Node {
  return trim(node, { start: true, end: true });
}

function trim(node: Node, free: Free): Node {
  switch (node.kind) {
    case 'sequence':
      return trimSequence(node.items, free);
    case 'choice':
      return choice(node.options.map((option) => trim(option, free)));
    case 'look':
      return { ...node, body: trim(node.body, { start: false, end: true }) };
    case 'repeat':
      return trimRepeat(node, free);
    default:
      return node;
  }
}

function trimRepeat(node: Node & { readonly kind: 'repeat' }, free: Free): Node {
  if (!free.start && !free.end) return node.min === 1 && node.max === 1 ? node.item : node;
  if (node.min === 0) return nothing;
  if (node.min === 1) return trim(node.item, free);
  return { ...node, max: node.min };
}

function trimSequence(all: readonly Node[], free: Free): Node {
  const inner = { start: false, end: false };
  const items = all.map((item) => trim(item, inner));
  let from = 0;
  if (free.start) from = trimEdge(items, { start: true, end: false }, 1);
  let to = items.length;
  if (free.end) to -= trimEdge(items, { start: false, end: true }, -1);
  return sequence(items.slice(Math.min(from, to), to));
}

/** Trims items from one end for as long as they vanish; returns how many did. */
function trimEdge(items: Node[], free: Free, step: 1 | -1): number {
  for (let gone = 0; gone < items.length; gone += 1) {
    const at = step === 1 ? gone : items.length - 1 - gone;
    const trimmed = trim(items[at] ?? nothing, free);
    items[at] = trimmed;
    if (!isNothing(trimmed)) return gone;
  }
  return items.length;
}
