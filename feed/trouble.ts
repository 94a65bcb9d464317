import type { FeedTrouble, FeedTroubleStep } from './source.ts';

/** Ends a look: carries what becomes the `trouble` of its result. Never leaves this room. */
export class Trouble extends Error {
  readonly step: FeedTroubleStep;
  constructor(step: FeedTroubleStep, reason: string, cause?: unknown) {
    super(reason, cause === undefined ? undefined : { cause });
    this.name = 'Trouble';
    this.step = step;
  }
}

/** The value form. What is no `Trouble` is a broken world, and said as it is. */
export function troubleOf(error: unknown): FeedTrouble {
  if (error instanceof Trouble) return { step: error.step, reason: error.message };
  if (error instanceof Error && error.name === 'MachineError') return { step: 'disk', reason: error.message };
  return { step: 'configuration', reason: `unexpected: ${error instanceof Error ? error.message : String(error)}` };
}

/** A system error's code, e.g. `ECONNREFUSED`, or its message. */
export function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message : String(error);
}

/** Runs what reads files that the configuration names: one that cannot be read is the configuration's fault. */
export function asConfiguration<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Trouble) throw error;
    throw new Trouble('configuration', error instanceof Error ? error.message : String(error), error);
  }
}
