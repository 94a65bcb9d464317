import type { Instrumentation } from './hooks.ts';

/**
 * What has been reached so far: for each point, in which orders of magnitude it has been counted (1, 2, 3, 4 to 7, 8 to 15, …),
 * so that an input that goes round a loop more often is news too.
 */
export class Coverage {
  readonly #instrumentation: Instrumentation;
  readonly #bucketOf: (count: number) => number;
  readonly #words: Uint32Array;
  readonly #seen: Uint8Array;
  reached = 0;

  /** `often`: whether how often counts. */
  constructor(instrumentation: Instrumentation, often = true) {
    this.#instrumentation = instrumentation;
    this.#bucketOf = often ? bucketOf : (count) => Math.min(1, count);
    this.#words = new Uint32Array(instrumentation.counters.buffer);
    this.#seen = new Uint8Array(instrumentation.counters.length);
  }

  /** Forgets what was counted since the last look. */
  clear(): void {
    this.#instrumentation.counters.fill(0, 0, this.#instrumentation.points() + 4);
  }

  /** Takes in what the last input reached, and clears; whether anything of it is new. */
  take(): boolean {
    let news = false;
    const { counters } = this.#instrumentation;
    const end = this.#instrumentation.points() / 4;
    for (let word = 0; word < end; word++) {
      if (this.#words[word] === 0) continue;
      for (let point = word * 4; point < word * 4 + 4; point++) {
        const bucket = this.#bucketOf(counters[point] ?? 0);
        const before = this.#seen[point] ?? 0;
        if ((before & bucket) === bucket) continue;
        if (before === 0) this.reached++;
        this.#seen[point] = before | bucket;
        news = true;
      }
      this.#words[word] = 0;
    }
    return news;
  }

  /** The points that the last input reached; clears. */
  pointsReached(): readonly number[] {
    const { counters } = this.#instrumentation;
    const points: number[] = [];
    for (let point = 0; point < this.#instrumentation.points(); point++) if (counters[point] !== 0) points.push(point);
    this.clear();
    return points;
  }
}

/** One bit for each order of magnitude; none for never. */
function bucketOf(count: number): number {
  if (count < 4) return count === 0 ? 0 : 1 << (count - 1);
  if (count < 8) return 8;
  if (count < 16) return 16;
  return count < 32 ? 32 : count < 128 ? 64 : 128;
}
