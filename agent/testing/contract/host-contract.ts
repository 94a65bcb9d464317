import { afterAll, describe, it } from 'vitest';
import type { HostBed, HostContract } from './bed.ts';
import { atWork, type Case } from './case.ts';
import { movingCases } from './moving.ts';
import { planningCases } from './planning.ts';
import { refusingCases } from './refusing.ts';
import { standingCases } from './standing.ts';

/** Every promise that `Host` makes. */
export const contractCases: readonly Case[] = [...planningCases, ...movingCases, ...standingCases, ...refusingCases];

/**
 * The contract of a kind of host, to be called once by each: declares a test for every promise of `Host`, each on a server
 * of its own, and prints how many were run and which were skipped, and why.
 */
export function hostContract<B extends HostBed>(name: string, contract: HostContract<B>): void {
  // A case hands a bed only to the contract that it came from.
  const any = contract as unknown as HostContract<HostBed>;
  const counts = { run: 0, skipped: 0 };
  describe(`the contract of ${name}`, () => {
    for (const one of contractCases) {
      const reason = one.skip?.(any);
      it(one.title, async (context) => {
        if (reason !== undefined) {
          counts.skipped++;
          context.skip(reason);
        }
        const bed = await any.setUp();
        try {
          await one.try(atWork(any, bed));
          counts.run++;
        } finally {
          await bed.close();
        }
      });
    }
    afterAll(() => {
      console.log(
        `contract of ${name}: ${counts.run} of ${contractCases.length} cases hold, ${counts.skipped} skipped`,
      );
    });
  });
}
