import { Automaton } from './automaton.ts';
import type { Demand, Demands, Source } from './demands.ts';

/** Looks in one source for literals that rules demand of it. */
interface Scanner {
  readonly source: Source;
  readonly automaton: Automaton;
  /** Number of the demand by number of the literal in the automaton. */
  readonly demands: readonly number[];
}

interface Screened {
  /** Lists of demand numbers, all of which have to be met. The first leads to the rule, the others confirm it. */
  readonly others: readonly (readonly number[])[];
}

/** Says what stands in a source. */
export interface SourceReader {
  read(source: Source): string;
}

/**
 * Decides from literals which of many rules may fire: each source is scanned once for all rules. For nearly every request the answer is
 * "none", or those that demand nothing.
 */
export class Screen {
  /** Rules that demand nothing, ascending. */
  readonly always: readonly number[];
  /** For the literals that some rule's first list has. */
  readonly #leading: readonly Scanner[];
  /** For all others, which are looked for only when one of those has been found. */
  readonly #confirming: readonly Scanner[];
  readonly #rules: readonly Screened[];
  /** Rules by number of a demand in their first list. */
  readonly #led: readonly (readonly number[])[];
  /** The look in which a demand was last met. */
  readonly #met: Float64Array;
  /** The look in which a rule was last taken. */
  readonly #taken: Float64Array;
  #look = 0;

  /** `demands[n]` are those of rule n. */
  constructor(demands: readonly Demands[]) {
    const numbers = new DemandNumbers();
    const led: number[][] = [];
    this.#rules = demands.map(([first, ...others], rule) => {
      for (const number of numbers.of(first ?? [])) {
        led[number] ??= [];
        led[number].push(rule);
      }
      return { others: others.map((list) => numbers.of(list)) };
    });
    this.always = demands.flatMap((lists, rule) => (lists.length === 0 ? [rule] : []));
    this.#led = Array.from({ length: numbers.count }, (_, number) => led[number] ?? []);
    this.#met = new Float64Array(numbers.count);
    this.#taken = new Float64Array(demands.length);
    const leads = (demand: number) => led[demand] !== undefined;
    this.#leading = numbers.scanners(leads);
    this.#confirming = numbers.scanners((demand) => !leads(demand));
  }

  /** Numbers of the rules that may fire, ascending; `always` itself if there are no others. */
  candidates(sources: SourceReader): readonly number[] {
    this.#look += 1;
    const hits = this.#scan(this.#leading, sources);
    if (hits === undefined) return this.always;
    this.#scan(this.#confirming, sources);
    const found: number[] = [];
    for (const demand of hits) {
      for (const rule of this.#led[demand] ?? []) {
        if (this.#taken[rule] === this.#look || !this.#confirmed(rule)) continue;
        this.#taken[rule] = this.#look;
        found.push(rule);
      }
    }
    return found.length === 0 ? this.always : [...this.always, ...found].sort((a, b) => a - b);
  }

  /** The demands that are met, each once; nothing is allocated where there are none. */
  #scan(scanners: readonly Scanner[], sources: SourceReader): readonly number[] | undefined {
    let hits: number[] | undefined;
    for (const { source, automaton, demands } of scanners) {
      automaton.scan(sources.read(source), (literal) => {
        const demand = demands[literal] ?? 0;
        if (this.#met[demand] === this.#look) return;
        this.#met[demand] = this.#look;
        hits ??= [];
        hits.push(demand);
      });
    }
    return hits;
  }

  #confirmed(rule: number): boolean {
    const others = this.#rules[rule]?.others ?? [];
    return others.every((list) => list.some((demand) => this.#met[demand] === this.#look));
  }
}

/** Numbers demands, equal ones alike, and sorts them by source. */
class DemandNumbers {
  readonly #bySource = new Map<Source, Map<string, number>>();
  count = 0;

  of(list: readonly Demand[]): readonly number[] {
    return list.map(({ source, literal }) => {
      const literals = this.#bySource.get(source) ?? new Map<string, number>();
      this.#bySource.set(source, literals);
      const known = literals.get(literal);
      if (known !== undefined) return known;
      literals.set(literal, this.count);
      this.count += 1;
      return this.count - 1;
    });
  }

  /** Scanners for those demands that are `wanted`, one for each source that has any. */
  scanners(wanted: (demand: number) => boolean): readonly Scanner[] {
    return [...this.#bySource].flatMap(([source, numbers]) => {
      const literals = [...numbers].filter(([, demand]) => wanted(demand));
      if (literals.length === 0) return [];
      const automaton = new Automaton(literals.map(([literal]) => literal));
      return [{ source, automaton, demands: literals.map(([, demand]) => demand) }];
    });
  }
}
