import type { Clock } from '@stopgap/machine';
import type { ServiceStatus } from './sc-output.ts';

/** A service that goes on reporting progress gets this many times its time, no more. */
const mostExtensions = 4;
/** Between these, a tenth of the service's own hint, as SERVICE_STATUS recommends; in milliseconds. */
const [shortest, longest] = [250, 5_000];

/**
 * How long a service is waited for: as long as its checkpoint rises it is getting on, and what it says of its next step
 * counts too; but not for ever.
 */
export class Patience {
  readonly #ms: number;
  readonly #clock: Clock;
  readonly #since: number;
  #progress: number;
  #seen = '';

  /** `ms`: how long without any progress. */
  constructor(ms: number, clock: Clock) {
    this.#ms = ms;
    this.#clock = clock;
    this.#since = clock.elapsed();
    this.#progress = this.#since;
  }

  /** Milliseconds since the beginning. */
  get waitedMs(): number {
    return this.#clock.elapsed() - this.#since;
  }

  /** Whether it is time to give up, after having seen the service like this. */
  isOver({ state, checkpoint, waitHint }: ServiceStatus): boolean {
    const seen = `${state} ${checkpoint}`;
    if (seen !== this.#seen) {
      this.#seen = seen;
      this.#progress = this.#clock.elapsed();
    }
    if (this.waitedMs > this.#ms * mostExtensions) return true;
    return this.#clock.elapsed() - this.#progress > Math.max(this.#ms, waitHint);
  }

  /** Milliseconds until it is worth looking again. */
  pauseMs({ waitHint }: ServiceStatus): number {
    return Math.min(Math.max(waitHint / 10, shortest), longest);
  }
}
