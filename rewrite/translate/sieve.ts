import { charText } from './chars-text.ts';
import { chance, rarity } from './rarity.ts';
import { choosePlaces, type Place, placesOf, type RuleNeeds } from './sieve-places.ts';
import { tailsFound } from './sieve-tails.ts';
import { longestParameter } from './text.ts';

/**
 * Which escapes may hide a word: `odd`, those that no encoder writes: of letters, digits, `-`, `_`, however often the `%` is escaped itself, and
 * `%u`; `odd or of %`, any escaped `%`, too.
 */
export type HidingEscapes = 'none' | 'odd' | 'odd or of %';

/** Said by what hides nothing, because PCRE2 finds that sooner. */
const harmless = '2[0-46-9a-ce-f]|3[a-f]|40|[^2-7u]|5[b-e]|7[b-f]|60';
const hiding = {
  odd: `%(*PRUNE)(?!${harmless}|(?:25)++(?!2d|3[0-9]|[46][1-9a-f]|[57][0-9a]|5f))`,
  'odd or of %': `%(*PRUNE)(?!${harmless})`,
};
/** So many words stand in one row of classes, from fine to coarse; the coarse ones only where the text gets too long. */
const leafSizes = [5, 8, 12, 20, 40, Number.POSITIVE_INFINITY];
/** How rare a place is rare enough: each is tried, and the cheapest taken. */
const rareEnough = [9, 10, 11, 12, 13];
/** What it costs, in steps of PCRE2: to stop at a letter, to ask for a branch, to take a closer look at a request. */
const stopCost = 300;
const branchCost = 130;
const hitCost = 30_000;

/** Branches, and what they cost for each character of an ordinary text. */
interface Sieve {
  readonly letters: readonly Letter[];
  readonly cost: number;
}

/** A letter, and what may follow it where a word stands. */
interface Letter {
  readonly letter: string;
  readonly tails: readonly string[];
}

/**
 * Expressions (for `~*`) one of which is found in every text in which a rule may fire, and in few others: the first look at every request. Each
 * jumps from one rare letter to the next; classes of what may follow let nearly all texts go on after a step or two. `(*PRUNE)` spares PCRE2
 * the branches of the other letters. `escapes`: what may hide a word in the text is found, too.
 */
export function sieveExpressions(rules: readonly RuleNeeds[], escapes: HidingEscapes): readonly string[] {
  const places = rules.map(placesOf);
  const sieves = rareEnough.map((enough) => sieveOf(choosePlaces(places, enough)));
  const best = sieves.reduce((least, one) => (one.cost < least.cost ? one : least));
  return expressionsOf(best.letters, escapes);
}

function sieveOf(places: readonly Place[]): Sieve {
  const tails = new Map<string, Set<string>>();
  for (const { letter, tail } of places) tails.set(letter, (tails.get(letter) ?? new Set()).add(tail));
  // The commonest first: its branch is asked for most often.
  const sorted = [...tails].toSorted(([a], [b]) => rarity(a) - rarity(b) || (a < b ? -1 : 1));
  const letters = sorted.map(([letter, list]) => ({ letter, tails: [...list].toSorted() }));
  const leaf = leafSizes.find((size) => textOf(letters, 'odd', size).length <= longest) ?? Number.POSITIVE_INFINITY;
  const cost = letters.reduce((sum, one, at) => {
    const found = tailsFound(one.tails, leaf);
    return sum + chance(one.letter) * (stopCost + branchCost * (at + 1) + found.chance * hitCost);
  }, 0);
  return { letters, cost };
}

const longest = longestParameter - 10;

function expressionsOf(letters: readonly Letter[], escapes: HidingEscapes): readonly string[] {
  for (const leaf of leafSizes) {
    const text = textOf(letters, escapes, leaf);
    if (text.length <= longest) return [text];
  }
  const half = Math.ceil(letters.length / 2);
  return [...expressionsOf(letters.slice(0, half), escapes), ...expressionsOf(letters.slice(half), 'none')];
}

function textOf(letters: readonly Letter[], escapes: HidingEscapes, leaf: number): string {
  const branches = letters.map(({ letter, tails }) => `${charText(letter)}(*PRUNE)${tailsFound(tails, leaf).text}`);
  const all = [...(escapes === 'none' ? [] : [hiding[escapes]]), ...branches];
  // Where no more than one other follows, it would cost what it saves.
  return all.map((branch, at) => (at < all.length - 2 ? branch : branch.replace('(*PRUNE)', ''))).join('|');
}
