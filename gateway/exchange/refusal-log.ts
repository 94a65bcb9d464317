import type { Clock, Log, LogFields } from '@stopgap/machine';

/** How many lines are written in each span of time. */
export interface LogAllowance {
  readonly lines: number;
  readonly perMs: number;
}

const defaultAllowance: LogAllowance = { lines: 50, perMs: 10_000 };

/**
 * Lines about refused and observed requests, held to an allowance so that an attack cannot fill the disk. What was held back is
 * counted and said once when the span ends.
 */
export class RefusalLog {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #allowance: LogAllowance;
  readonly #ended = new AbortController();
  #spanStart = Number.NEGATIVE_INFINITY;
  #written = 0;
  #heldBack = 0;

  constructor(log: Log, clock: Clock, allowance: LogAllowance = defaultAllowance) {
    this.#log = log;
    this.#clock = clock;
    this.#allowance = allowance;
  }

  /** Writes the line, or counts it. */
  write(message: string, fields: LogFields): void {
    const now = this.#clock.elapsed();
    if (now - this.#spanStart >= this.#allowance.perMs) {
      this.flush();
      this.#spanStart = now;
      this.#written = 0;
    }
    if (this.#written < this.#allowance.lines) {
      this.#written++;
      this.#log.warn(message, fields);
    } else if (this.#heldBack++ === 0) this.#flushLater();
  }

  /** Says now how many lines were held back. */
  flush(): void {
    if (this.#heldBack === 0) return;
    this.#log.warn('more requests refused or observed than are logged one by one', { lines: this.#heldBack });
    this.#heldBack = 0;
  }

  /** Flushes, and stops waiting for the span to end. */
  close(): void {
    this.#ended.abort();
    this.flush();
  }

  #flushLater(): void {
    this.#clock.sleep(this.#allowance.perMs, this.#ended.signal).then(
      () => this.flush(),
      () => {},
    );
  }
}
