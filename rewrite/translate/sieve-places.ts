import { rarity } from './rarity.ts';

/**
 * What must be in a text for a rule to fire: of each list one string, and each string as runs of characters (lower case) that stand in
 * the text as they are. One list at least, in which each string has a run.
 */
export type RuleNeeds = readonly (readonly (readonly string[])[])[];

/** Where a string is looked for: a letter, and what follows it. */
export interface Place {
  readonly letter: string;
  readonly tail: string;
  /** How rare the two are together. */
  readonly worth: number;
}

/** So many characters after a letter are compared at most; the first few say how rare a place is. */
const longestTail = 6;
const telling = 4;

/** The best place of each letter of a string, the rarest first. */
type Places = readonly Place[];
/** A rule: of each list, the places of each string. */
export type RulePlaces = readonly (readonly Places[])[];

/** All places at which a rule's strings can be looked for. */
export function placesOf(rule: RuleNeeds): RulePlaces {
  return rule.map((strings) => strings.map(placesIn));
}

function placesIn(runs: readonly string[]): Places {
  const places = new Map<string, Place>();
  for (const run of runs) {
    for (const [at, letter] of [...run].entries()) {
      const tail = run.slice(at + 1, at + 1 + longestTail);
      const worth = [...tail.slice(0, telling)].reduce((sum, char) => sum + rarity(char), rarity(letter));
      if (worth > (places.get(letter)?.worth ?? 0)) places.set(letter, { letter, tail, worth });
    }
  }
  return [...places.values()].toSorted((a, b) => b.worth - a.worth);
}

/**
 * Places without one of which no rule can fire: of each rule one list, of which every string has one. They have few and rare letters. A place
 * of a rarity (`Place.worth`) of `enough` is rare enough: for rarer ones no letter is taken that is common itself.
 */
export function choosePlaces(rules: readonly RulePlaces[], enough: number): readonly Place[] {
  const letters = fewLetters(rules, enough);
  return rules.flatMap((lists) => {
    const choices = lists.map((strings) => strings.map((places) => bestOf(places, letters)));
    const whole = choices.flatMap((places) => (places.every((place) => place !== undefined) ? [places] : []));
    return whole.toSorted((a, b) => least(b) - least(a)).at(0) ?? [];
  });
}

const preference = (place: Place): number => 3 * rarity(place.letter) + place.worth;
const least = (places: readonly Place[]): number => Math.min(...places.map(preference));

function bestOf(places: Places, letters: ReadonlySet<string>): Place | undefined {
  return places
    .filter(({ letter }) => letters.has(letter))
    .reduce<Place | undefined>(
      (best, one) => (best === undefined || preference(one) > preference(best) ? one : best),
      undefined,
    );
}

/** Letters with which each rule has rare places still: the commonest left out first. */
function fewLetters(rules: readonly RulePlaces[], enough: number): ReadonlySet<string> {
  const letters = new Set(
    rules.flatMap((lists) => lists.flatMap((strings) => strings.flat().map(({ letter }) => letter))),
  );
  const reach = (strings: readonly Places[]) =>
    Math.min(...strings.map((places) => places.find(({ letter }) => letters.has(letter))?.worth ?? 0));
  const needed = rules.map((lists) => Math.min(enough, Math.max(...lists.map(reach))));
  for (const letter of [...letters].toSorted((a, b) => rarity(a) - rarity(b) || (a < b ? -1 : 1))) {
    letters.delete(letter);
    if (!rules.every((lists, at) => lists.some((strings) => reach(strings) >= (needed[at] ?? 0)))) letters.add(letter);
  }
  return letters;
}
