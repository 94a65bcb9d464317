import { type Node, otherSide, type Side } from './node.ts';
import { complement, covers, everything, type Ranges } from './ranges.ts';

/**
 * One way through a pattern that is found in linear time: strings of fixed length that follow one another with anything between. The
 * first occurrence of each is as good as any later one, so nothing is ever tried twice.
 */
export interface Way {
  readonly looks: readonly Look[];
  /** The first string stands at the start of the input (an empty one: anything may come first). */
  readonly anchored: boolean;
  readonly strings: readonly (readonly Ranges[])[];
  /** The last string stands at the very end of the input. */
  readonly ends: boolean;
}

export interface Look {
  readonly negate: boolean;
  readonly ways: readonly Way[];
}

const mostWays = 32;
const mostSymbols = 768;
const mostRounds = 24;

type Symbol = Ranges | 'gap' | 'start' | 'end' | Look;

/** What a gap may hold: on the wide side anything, on the narrow side what `.` takes. */
export function gapOf(side: Side): Ranges {
  return side === 'wide'
    ? everything
    : complement([
        [0x0a, 0x0a],
        [0x0d, 0x0d],
        [0x2028, 0x2029],
      ]);
}

/** The ways through a pattern, or undefined where it has another shape than that. */
export function waysThrough(node: Node, side: Side, within: 'search' | 'look' = 'search'): readonly Way[] | undefined {
  const paths = expand(node, side);
  if (paths === undefined || paths.reduce((sum, path) => sum + path.length, 0) > mostSymbols) return undefined;
  const ways = paths.map((path) => wayOf(path, within));
  return ways.every((way) => way !== undefined) ? ways : undefined;
}

function expand(node: Node, side: Side): readonly (readonly Symbol[])[] | undefined {
  switch (node.kind) {
    case 'set':
      return [[node.ranges]];
    case 'start':
    case 'end':
      return [[node.kind]];
    case 'sequence':
      return node.items.reduce<readonly (readonly Symbol[])[] | undefined>(
        (heads, item) => product(heads, expand(item, side)),
        [[]],
      );
    case 'choice': {
      const options = node.options.map((option) => expand(option, side));
      return options.every((option) => option !== undefined) ? capped(options.flat()) : undefined;
    }
    case 'repeat':
      return expandRepeat(node, side);
    case 'look': {
      const ways = waysThrough(node.body, node.negate ? otherSide(side) : side, 'look');
      return ways && [[{ negate: node.negate, ways }]];
    }
    default:
      return undefined;
  }
}

function expandRepeat(
  node: Node & { readonly kind: 'repeat' },
  side: Side,
): readonly (readonly Symbol[])[] | undefined {
  const { item, min, max } = node;
  const gap = item.kind === 'set' && (covers(item.ranges, gapOf(side)) || covers(item.ranges, everything));
  if (max === Number.POSITIVE_INFINITY ? !gap : max > mostRounds) return undefined;
  const once = expand(item, side);
  let rounds: readonly (readonly Symbol[])[] | undefined = [[]];
  for (let count = 0; count < min && rounds; count += 1)
    rounds = count < mostRounds ? product(rounds, once) : undefined;
  if (max === Number.POSITIVE_INFINITY) return product(rounds, [['gap']]);
  const all: (readonly Symbol[])[] = [];
  for (let count = min; rounds && count <= max; count += 1) {
    all.push(...rounds);
    rounds = count < max ? product(rounds, once) : rounds;
  }
  return rounds && capped(all);
}

function product(
  heads: readonly (readonly Symbol[])[] | undefined,
  tails: readonly (readonly Symbol[])[] | undefined,
): readonly (readonly Symbol[])[] | undefined {
  if (!heads || !tails || heads.length * tails.length > mostWays) return undefined;
  return heads.flatMap((head) => tails.map((tail) => [...head, ...tail]));
}

const capped = (paths: readonly (readonly Symbol[])[]) => (paths.length > mostWays ? undefined : paths);

function wayOf(path: readonly Symbol[], within: 'search' | 'look'): Way | undefined {
  let at = 0;
  let anchored = within === 'look';
  const looks: Look[] = [];
  for (; at < path.length; at += 1) {
    const symbol = path[at];
    if (symbol === 'start') {
      if (within === 'look') return undefined;
      anchored = true;
    } else if (typeof symbol === 'object' && 'ways' in symbol) looks.push(symbol);
    else break;
  }
  const strings: Ranges[][] = [[]];
  let ends = false;
  for (const symbol of path.slice(at)) {
    if (ends && symbol !== 'end') return undefined;
    if (symbol === 'gap') {
      if (strings.length === 1 || (strings.at(-1)?.length ?? 0) > 0) strings.push([]);
    } else if (symbol === 'end') ends = true;
    else if (symbol === 'start' || 'ways' in symbol) return undefined;
    else strings.at(-1)?.push(symbol);
  }
  return placed({ looks, anchored, strings, ends });
}

/**
 * Look-aheads hold at one position together with the rest. That is the start of the input if the pattern is anchored there, or if
 * each of them, and the rest, begins with a gap; otherwise the position matters and this shape does not do.
 */
function placed(way: Way): Way | undefined {
  if (way.anchored || way.looks.length === 0) return way;
  const restIsFree = (way.strings.length === 1 && way.strings[0]?.length === 0 && !way.ends) || beginsWithGap(way);
  return way.looks.every(looksFar) && restIsFree ? { ...way, anchored: true } : undefined;
}

const beginsWithGap = (way: Way): boolean =>
  way.strings.length > 1 && way.strings[0]?.length === 0 && way.looks.every(looksFar);
const looksFar = (look: Look): boolean => !look.negate && look.ways.every(beginsWithGap);
