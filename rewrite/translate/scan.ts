import { rarity } from './rarity.ts';
import { longestParameter } from './text.ts';

/** Up to so many words are searched one by one: an expression that is one string costs PCRE2 a `memchr`. */
const fewWords = 3;
/** So many characters before a word's rarest letter are compared, and so many after it choose the branch. */
const before = 3;
const after = 2;
/** So many characters of a word are compared in all: where its rarest letter comes early, more of what follows. A chance hit costs a closer look. */
const compared = 9;

/**
 * Expressions that find any of the words (lower case; compile with `~*`). Many words are grouped by a rare letter that each has: PCRE2 jumps
 * from one such letter to the next, and where a text has none of it the group costs next to nothing.
 */
export function scanExpressions(words: readonly string[]): readonly ScanExpression[] {
  if (words.length <= fewWords) return words.map((word) => ({ text: escapeText(word), words: [word] }));
  const letters = coveringLetters(words);
  const groups = new Map<string, Place[]>();
  for (const word of words) {
    const place = rarestPlace(word, letters);
    groups.set(place.letter, [...(groups.get(place.letter) ?? []), place]);
  }
  return [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, places]) => groupExpressions(places));
}

/** An expression, and the words that it finds. */
export interface ScanExpression {
  readonly text: string;
  readonly words: readonly string[];
}

/** A letter of a word with what stands around it. */
interface Place {
  readonly word: string;
  readonly letter: string;
  readonly before: string;
  readonly after: string;
  readonly rest: string;
}

/** A set of letters of which each word has one, the commonest left out first. */
function coveringLetters(words: readonly string[]): ReadonlySet<string> {
  const letters = new Set([...new Set(words.join(''))].toSorted((a, b) => rarity(a) - rarity(b) || (a < b ? -1 : 1)));
  for (const letter of [...letters]) {
    letters.delete(letter);
    if (!words.every((word) => [...word].some((one) => letters.has(one)))) letters.add(letter);
  }
  return letters;
}

function rarestPlace(word: string, letters: ReadonlySet<string>): Place {
  const worth = (at: number) => {
    const letter = word.charAt(at);
    if (!letters.has(letter)) return -1;
    return 3 * rarity(letter) + (at + 1 < word.length ? rarity(word.charAt(at + 1)) : 0);
  };
  const places = Array.from({ length: word.length }, (_, at) => at);
  const at = places.reduce((best, one) => (worth(one) > worth(best) ? one : best), 0);
  const from = Math.max(0, at - before);
  return {
    word,
    letter: word.charAt(at),
    before: word.slice(from, at),
    after: word.slice(at + 1, at + 1 + after),
    rest: word.slice(at + 1 + after, from + compared),
  };
}

/** What may follow a letter, as a tree; at its ends what must stand before, and what comes then. */
interface Tree {
  readonly branches: Map<string, Tree>;
  readonly ends: Set<string>;
}

const newTree = (): Tree => ({ branches: new Map(), ends: new Set() });

/** Words with the same letter, in as few expressions as nginx takes. */
function groupExpressions(places: readonly Place[]): readonly ScanExpression[] {
  const text = letterExpression(places);
  if (text.length <= longestParameter - 10) return [{ text, words: places.map((place) => place.word) }];
  const sorted = places.toSorted((a, b) => (a.after < b.after ? -1 : 1));
  const half = sorted.length >> 1;
  return [...groupExpressions(sorted.slice(0, half)), ...groupExpressions(sorted.slice(half))];
}

function letterExpression(places: readonly Place[]): string {
  const root = newTree();
  for (const place of places) {
    let tree = root;
    for (const char of place.after) {
      const next = tree.branches.get(char) ?? newTree();
      tree.branches.set(char, next);
      tree = next;
    }
    tree.ends.add(endText(place));
  }
  return escapeText(places[0]?.letter ?? '') + printTree(root);
}

/** The rest first: a letter that does not fit costs PCRE2 less than a look back. */
function endText({ before, letter, after, rest }: Place): string {
  return escapeText(rest) + (before === '' ? '' : `(?<=${escapeText(before + letter + after + rest)})`);
}

/** So many branches are tried one after the other; more are sorted by classes of letters first. */
const fewBranches = 8;

/** More branches than a few are sorted behind look-aheads, so that PCRE2 tries some dozen of them at most before it gives up. */
function printTree(tree: Tree): string {
  const branches = [...tree.branches].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const options = [...[...tree.ends].toSorted(), ...grouped(branches)];
  const [only] = options;
  return only !== undefined && options.length === 1 ? only : `(?:${options.join('|')})`;
}

function grouped(branches: readonly (readonly [string, Tree])[]): readonly string[] {
  const texts = branches.map(([char, next]) => escapeText(char) + printTree(next));
  if (branches.length <= fewBranches) return texts;
  const size = Math.ceil(Math.sqrt(branches.length));
  return Array.from({ length: Math.ceil(branches.length / size) }, (_, at) => {
    const chars = branches.slice(at * size, (at + 1) * size).map(([char]) => char);
    const inside = texts.slice(at * size, (at + 1) * size);
    return inside.length === 1 ? (inside[0] ?? '') : `(?=${charsText(chars.join(''))})(?:${inside.join('|')})`;
  });
}

const charsText = (chars: string): string =>
  chars.length === 1 ? escapeText(chars) : `[${escapeText(chars).replaceAll('-', '\\x2d')}]`;

const escapeText = (text: string): string =>
  text.replace(/[^\w-]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
