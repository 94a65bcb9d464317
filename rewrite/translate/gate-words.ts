import type { Demand } from './condition.ts';
import type { Scan } from './input.ts';
import { rarity } from './rarity.ts';
import type { RuleNeeds } from './sieve-places.ts';

/** What a rule is gated by: without one of the words (lower case) in the scanned text it cannot fire. */
export interface GateWords {
  readonly scan: Scan;
  readonly words: readonly string[];
}

/** Shorter words are in too many requests to tell them apart. */
const shortest = 3;
const longest = 24;
/** Characters that no encoder escapes, so that an escaped one is a reason to look closely. */
const unescaped = /[a-z0-9_-]+/g;

/** The words to gate a rule by: of all that it needs, those that ordinary requests have least. Undefined: there are none. */
export function gateWords(demands: readonly Demand[]): GateWords | undefined {
  let best: GateWords | undefined;
  for (const { scan, strings } of demands) {
    const words = strings.map((string) => bestRun(string.toLowerCase(), scan.escapes));
    if (words.length === 0 || !words.every((word) => word !== undefined)) continue;
    if (best === undefined || worth(words) > worth(best.words)) best = { scan, words: [...new Set(words)] };
  }
  return best;
}

/**
 * The parts of a string (lower case) that are long enough to look for. Text that may be escaped is looked for by letters, digits, `-` and `_`
 * only.
 */
function runsOf(string: string, escapes: boolean): readonly string[] {
  const runs = string.match(escapes ? unescaped : /[!-~]+/g) ?? [];
  return runs.filter((run) => run.length >= shortest);
}

function bestRun(string: string, escapes: boolean): string | undefined {
  const worthy = runsOf(string, escapes).map((run) => run.slice(0, longest));
  return worthy.reduce<string | undefined>(
    (best, run) => (best === undefined || rarityOf(run) > rarityOf(best) ? run : best),
    undefined,
  );
}

const rarityOf = (word: string): number => [...word].reduce((sum, char) => sum + rarity(char), 0);
const worth = (words: readonly string[]): number => Math.min(...words.map(rarityOf)) - Math.log(words.length);

/** Of all that a rule needs in one text, that of which every string has a part that can be looked for. */
export const needsOf = (demands: readonly Demand[]): RuleNeeds =>
  demands
    .map(({ scan, strings }) => strings.map((string) => runsOf(string.toLowerCase(), scan.escapes)))
    .filter((strings) => strings.length > 0 && strings.every((runs) => runs.length > 0));
