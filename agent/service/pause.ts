import type { SourceTrouble } from '../source.ts';

/**
 * How long to wait, in ms, after the first failure in a row, the second, and so on; after the last, only the regular look. A network, a server that
 * restarts and a publication seen by half mend themselves soon, and a whole crowd must not wait an hour for that.
 */
const afterFailure = [5000, 15_000, 60_000, 300_000] as const;
/** What signatures, versions and times say does not mend itself, and asking again seldom helps. */
const afterRefusal = [60_000, 300_000, 1_800_000] as const;
const refusals: ReadonlySet<SourceTrouble['step']> = new Set(['signature', 'rollback', 'expired', 'configuration']);

/** How a look went: the feeds that could not be used, and whether the look failed as a whole, which is this server's own affair. */
export interface Outcome {
  readonly troubles: ReadonlyMap<string, SourceTrouble['step']>;
  readonly failed: boolean;
}

/** Remembers how often in a row each feed could not be used, and says when to look again for its sake. */
export class Patience {
  readonly #inRow = new Map<string, number>();
  #failures = 0;

  /**
   * Milliseconds until the next look; `regular`: what it would be had all gone well. A feed that fails again and again is soon
   * looked at no more often than one that does not, so a server without a network asks no more than others. A look that fails as a
   * whole is repeated every five minutes. `random` is from 0 to 1: half the wait to one and a half of it, so that a crowd comes back
   * spread.
   */
  next({ troubles, failed }: Outcome, regular: number, random: () => number): number {
    for (const name of [...this.#inRow.keys()]) if (!troubles.has(name)) this.#inRow.delete(name);
    this.#failures = failed ? this.#failures + 1 : 0;
    const waits = [...troubles].map(([name, step]) => {
      const count = this.#inRow.get(name) ?? 0;
      this.#inRow.set(name, count + 1);
      return (refusals.has(step) ? afterRefusal : afterFailure)[count];
    });
    const last = afterFailure.length - 1;
    if (failed) waits.push(afterFailure[Math.min(this.#failures - 1, last)]);
    return Math.min(regular, ...waits.map((wait) => (wait === undefined ? regular : wait * (0.5 + random()))));
  }
}
