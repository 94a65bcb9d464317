import type { Clock, Log, LogFields } from '@stopgap/machine';

/** How many lines of one kind are written in each span of time. */
export interface LogAllowance {
  readonly lines: number;
  readonly perMs: number;
}

const defaultAllowance: LogAllowance = { lines: 20, perMs: 10_000 };

/** One kind of line, and what has become of its lines in this span. */
interface Kind {
  readonly message: string;
  readonly mitigation: string | undefined;
  written: number;
  heldBack: number;
}

/**
 * Lines about refused and observed requests and about failures, held to an allowance so that an attack cannot fill the disk. Each
 * message has its own for each mitigation: a flood against one cannot hide that another was probed. What was held back is
 * counted and said when the span ends.
 */
export class RefusalLog {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #allowance: LogAllowance;
  readonly #ended = new AbortController();
  /** As many as there are mitigations in force, times a few messages. */
  #kinds = new Map<string, Kind>();
  #spanStart = Number.NEGATIVE_INFINITY;

  constructor(log: Log, clock: Clock, allowance: LogAllowance = defaultAllowance) {
    this.#log = log;
    this.#clock = clock;
    this.#allowance = allowance;
  }

  /** Writes the line, or counts it. */
  write(message: string, fields: LogFields & { readonly mitigation?: string }): void {
    const now = this.#clock.elapsed();
    if (now - this.#spanStart >= this.#allowance.perMs) {
      this.flush();
      this.#spanStart = now;
    }
    const kind = this.#kind(message, fields.mitigation);
    if (kind.written < this.#allowance.lines) {
      kind.written++;
      this.#log.warn(message, fields);
    } else {
      kind.heldBack++;
      this.#flushLater();
    }
  }

  /** Says how many lines were held back, and begins a new span. */
  flush(): void {
    const kinds = this.#kinds;
    this.#kinds = new Map();
    for (const { message, mitigation, heldBack } of kinds.values()) {
      if (heldBack > 0)
        this.#log.warn(`${message}; more of these were not logged one by one`, { mitigation, lines: heldBack });
    }
  }

  /** Flushes, and waits for nothing more. */
  close(): void {
    this.#ended.abort();
    this.flush();
  }

  #kind(message: string, mitigation: string | undefined): Kind {
    const key = `${message}\n${mitigation ?? ''}`;
    const known = this.#kinds.get(key);
    if (known) return known;
    const made: Kind = { message, mitigation, written: 0, heldBack: 0 };
    this.#kinds.set(key, made);
    return made;
  }

  #waiting = false;

  #flushLater(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    this.#clock.sleep(this.#allowance.perMs, this.#ended.signal).then(
      () => {
        this.#waiting = false;
        this.flush();
      },
      () => {},
    );
  }
}
