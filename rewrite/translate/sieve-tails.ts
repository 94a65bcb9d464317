import { charsText } from './chars-text.ts';
import { chance } from './rarity.ts';

/** Part of an expression, and how likely an ordinary text has it in a place, roughly. */
export interface Found {
  readonly text: string;
  readonly chance: number;
}

/** So many leaves are told apart by what stands before, and so many characters of them are asked for first. */
const leavesTogether = 6;
const together = 3;
/** More words than that are sorted into so many groups by their next character. */
const fan = 4;

/** Finds any of the tails (sorted), and little else: so many of them (`leaf`) share a row of classes. */
export function tailsFound(tails: readonly string[], leaf: number): Found {
  if (tails.length <= leaf || tails.includes('')) return row(tails);
  if (tails.length <= leaf * leavesTogether) return rowThenLeaves(tails, leaf);
  const groups = groupsByNext(tails, Math.min(fan, Math.ceil(tails.length / (leaf * leavesTogether))));
  return anyOf(
    groups.map((group) => {
      const rests = [...new Set(group.map((tail) => tail.slice(1)))].toSorted();
      return both(charOf(group.map((tail) => tail.charAt(0))), tailsFound(rests, leaf));
    }),
  );
}

const nothing: Found = { text: '', chance: 1 };
const both = (a: Found, b: Found): Found => ({ text: a.text + b.text, chance: a.chance * b.chance });

function anyOf(options: readonly Found[]): Found {
  const [only] = options;
  if (only !== undefined && options.length === 1) return only;
  return {
    text: `(?:${options.map(({ text }) => text).join('|')})`,
    chance: options.reduce((sum, option) => sum + option.chance, 0),
  };
}

const charOf = (chars: readonly string[]): Found => ({
  text: charsText(chars),
  chance: [...new Set(chars)].reduce((sum, char) => sum + chance(char), 0),
});

/** A class for each place: no branch, so PCRE2 goes through without noting a way back. As long as the shortest tail. */
function row(tails: readonly string[]): Found {
  const length = Math.min(...tails.map((tail) => tail.length));
  const places = Array.from({ length }, (_, at) => charOf(tails.map((tail) => tail.charAt(at))));
  return places.reduce(both, nothing);
}

/** One row for all of them first; where it is found, which leaf it was, and the rest of that. */
function rowThenLeaves(tails: readonly string[], leaf: number): Found {
  const depth = Math.min(together, ...tails.map((tail) => tail.length));
  const leaves = evenly(tails, Math.ceil(tails.length / leaf)).map((some): Found => {
    const before = row(some.map((tail) => tail.slice(0, depth)));
    const rest = row(some.map((tail) => tail.slice(depth)));
    return { text: `(?<=${before.text})${rest.text}`, chance: before.chance * rest.chance };
  });
  const first = row(tails.map((tail) => tail.slice(0, depth)));
  const which = anyOf(leaves);
  return { text: first.text + which.text, chance: Math.min(first.chance, which.chance) };
}

const evenly = (tails: readonly string[], count: number): readonly (readonly string[])[] =>
  Array.from({ length: count }, (_, at) =>
    tails.slice(Math.round((at * tails.length) / count), Math.round(((at + 1) * tails.length) / count)),
  );

/** Some groups of about the same size; those with the same next character stay together. */
function groupsByNext(tails: readonly string[], count: number): readonly (readonly string[])[] {
  const groups: string[][] = [];
  const size = tails.length / count;
  for (const tail of tails) {
    const last = groups.at(-1);
    if (last && (last.at(-1)?.charAt(0) === tail.charAt(0) || last.length < size - 0.5)) last.push(tail);
    else groups.push([tail]);
  }
  return groups;
}
