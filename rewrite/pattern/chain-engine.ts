import type { Chain, Place } from './chain.ts';
import type { Engine } from './engine.ts';
import { foldCase } from './fold.ts';
import { nextLineStart } from './lines.ts';

/**
 * Runs a chain by looking for its pieces. The last places are found from right to left: each piece as late as the pieces behind it
 * leave room for. If that works out the chain matches; a greedy gap then reaches to its piece's last place, a lazy one to the
 * first place behind the piece before. Every choice stays possible because any earlier place leaves more room, not less.
 */
export function chainEngine(chain: Chain, ignoreCase: boolean): Engine {
  const prepared = (input: string) => (ignoreCase ? foldCase(input) : input);
  return {
    kind: 'chain',
    test: (input) => findSegment(chain, prepared(input)) !== undefined,
    exec: (input) => {
      const found = findSegment(chain, prepared(input));
      return found === undefined ? undefined : captures(chain, found, input);
    },
  };
}

/** The part of the input that gaps may not leave (a line, or all), with the last possible places of the pieces in it. */
interface Segment {
  readonly text: string;
  /** Where it begins in the input. */
  readonly offset: number;
  readonly lastPlaces: readonly number[];
}

function findSegment(chain: Chain, input: string): Segment | undefined {
  if (!chain.links.every((link) => link.piece.literals.every((literal) => input.includes(literal)))) return undefined;
  for (let offset = 0; offset !== -1; ) {
    const next = chain.within === 'line' ? nextLineStart(input, offset) : -1;
    if (!chain.anchoredEnd || next === -1) {
      const text = next === -1 ? input.slice(offset) : input.slice(offset, next - 1);
      const lastPlaces = findLastPlaces(chain, text);
      if (lastPlaces !== undefined) return { text, offset, lastPlaces };
    }
    offset = chain.anchoredStart ? -1 : next;
  }
  return undefined;
}

function findLastPlaces(chain: Chain, text: string): readonly number[] | undefined {
  const places = new Array<number>(chain.links.length);
  let end = text.length - (chain.tail?.minimum ?? 0);
  for (let at = chain.links.length - 1; at >= 0; at -= 1) {
    const link = chain.links[at];
    if (link === undefined) break;
    const fixed = at === chain.links.length - 1 && chain.anchoredEnd && chain.tail === undefined;
    const place = fixed
      ? link.piece.standsAt(text, end - link.piece.length)
        ? end - link.piece.length
        : -1
      : link.piece.last(text, end);
    if (place < 0) return undefined;
    places[at] = place;
    end = place - (link.gap?.minimum ?? 0);
  }
  return end >= 0 && startIsRight(chain, text, places) ? places : undefined;
}

/** `^` before a piece: it has to stand at 0, with room for the rest behind it. */
function startIsRight(chain: Chain, text: string, lastPlaces: readonly number[]): boolean {
  const [first] = chain.links;
  if (!chain.anchoredStart || first === undefined || first.gap !== undefined) return true;
  const onlyPlace = chain.links.length === 1 && chain.anchoredEnd && chain.tail === undefined;
  return onlyPlace ? lastPlaces[0] === 0 : first.piece.standsAt(text, 0);
}

function captures(chain: Chain, segment: Segment, input: string): readonly string[] {
  const starts: number[] = [];
  let reached = 0;
  chain.links.forEach(({ gap, piece }, at) => {
    const last = segment.lastPlaces[at] ?? 0;
    const fixed = at === chain.links.length - 1 && chain.anchoredEnd && chain.tail === undefined;
    const start = fixed || gap?.greedy ? last : piece.first(segment.text, reached + (gap?.minimum ?? 0));
    starts.push(start);
    reached = start + piece.length;
  });
  const matchStart = chain.links[0]?.gap === undefined ? (starts[0] ?? 0) : 0;
  const reachesEnd = chain.tail !== undefined && (chain.tail.greedy || chain.anchoredEnd);
  const matchEnd = reachesEnd ? segment.text.length : reached + (chain.tail?.minimum ?? 0);
  const at = ({ piece, offset }: Place) =>
    segment.offset + (piece < 0 ? matchStart : (starts[piece] ?? matchEnd) + offset);
  const slice = (start: Place, end: Place) => input.slice(at(start), at(end));
  return [
    slice({ piece: -1, offset: 0 }, { piece: chain.links.length, offset: 0 }),
    ...chain.groups.map((group) => slice(group.start, group.end)),
  ];
}
