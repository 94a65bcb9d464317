import { Coverage } from './coverage.ts';
import type { Instrumentation } from './hooks.ts';
import { mutate } from './mutate.ts';
import type { Random } from './random.ts';
import type { OpenTarget, Outcome } from './target.ts';

/** Something that must not happen, with the input that made it. */
export interface Failure {
  readonly input: Buffer;
  /** The error with its stack, or which limit was passed. */
  readonly why: string;
}

/** What a run is told before and after each input. */
export interface Watcher {
  readonly before: (input: Buffer) => void;
  readonly failed: (failure: Failure) => void;
}

/** What a run came to. */
export interface Findings {
  readonly inputs: number;
  readonly accepted: number;
  readonly slowestMs: number;
  readonly reached: number;
  readonly points: number;
  readonly corpus: readonly Buffer[];
}

/** Longer than this on one input is a hang, ms of this thread's processor time. */
export const hangMs = 1000;

const usualMost = 16_384;

/** Of one run: whoever has so many to look at needs no more. */
const mostFailures = 20;

/**
 * Runs a target over its corpus and then over fresh inputs made from it, keeping each that reaches something new. Failures are
 * told to the watcher; of those that look the same, the first.
 */
export class Fuzzer {
  readonly #target: OpenTarget;
  readonly #coverage: Coverage;
  /** Of inputs read side by side, all together, where how often something is reached says nothing. */
  readonly #crowd: Coverage;
  readonly #instrumentation: Instrumentation;
  readonly #random: Random;
  readonly #watcher: Watcher;
  readonly #corpus: Buffer[] = [];
  /** Those of the corpus that are accepted. */
  readonly #sound: Buffer[] = [];
  readonly #failures = new Set<string>();
  #inputs = 0;
  #accepted = 0;
  #slowestMs = 0;

  constructor(target: OpenTarget, instrumentation: Instrumentation, random: Random, watcher: Watcher) {
    this.#target = target;
    this.#instrumentation = instrumentation;
    this.#coverage = new Coverage(instrumentation);
    this.#crowd = new Coverage(instrumentation, false);
    this.#random = random;
    this.#watcher = watcher;
  }

  /** Runs given inputs; those that reach something new are kept. */
  async start(inputs: readonly Uint8Array[]): Promise<void> {
    this.#coverage.clear();
    // Short ones first: what they reach, longer ones need not be kept for.
    for (const input of [...inputs].sort((a, b) => a.length - b.length)) await this.#run(Buffer.from(input));
    if (this.#corpus.length === 0) this.#corpus.push(Buffer.alloc(0), ...inputs.map((input) => Buffer.from(input)));
  }

  /** Runs `count` fresh inputs. */
  async fresh(count: number): Promise<void> {
    const most = this.#target.most ?? usualMost;
    const words = [...new Set([...(this.#target.words ?? []), ...this.#instrumentation.words()])].map((one) =>
      Buffer.from(one),
    );
    const material = { corpus: this.#corpus, words, most, random: this.#random };
    const { mutate: own } = this.#target;
    const next = () => (own && this.#random.once(2) ? own : mutate)(this.#base(), material).subarray(0, most);
    const atOnce = this.#target.atOnce ?? 1;
    for (let left = count; left > 0; left -= atOnce) {
      if (atOnce === 1) await this.#run(next());
      else await this.#runTogether(Array.from({ length: Math.min(atOnce, left) }, next));
    }
  }

  /** The shorter of two: what is short is quick, and what it reaches, longer ones need not be tried for. */
  #base(): Buffer {
    const [one, other] = [this.#candidate(), this.#candidate()];
    return one.length <= other.length ? one : other;
  }

  /**
   * Once in three times one that is accepted, as most changes lead away from there; else, every second time, one of those found
   * last: what is new leads on.
   */
  #candidate(): Buffer {
    const sound = this.#random.once(3) ? this.#random.pick(this.#sound) : undefined;
    if (sound) return sound;
    const late = Math.min(this.#corpus.length, 32);
    const at = this.#random.once(2)
      ? this.#random.below(this.#corpus.length)
      : this.#corpus.length - 1 - this.#random.below(late);
    return this.#corpus[at] ?? Buffer.alloc(0);
  }

  /** The points that an input reaches. */
  async pointsOf(input: Buffer): Promise<readonly number[]> {
    this.#watcher.before(input);
    this.#coverage.clear();
    await this.#outcome(input);
    return this.#coverage.pointsReached();
  }

  findings(): Findings {
    return {
      inputs: this.#inputs,
      accepted: this.#accepted,
      slowestMs: this.#slowestMs,
      reached: this.#coverage.reached,
      points: this.#instrumentation.points(),
      corpus: this.#corpus,
    };
  }

  async #run(input: Buffer): Promise<void> {
    this.#watcher.before(input);
    this.#inputs++;
    const started = performance.now();
    const result = this.#outcome(input);
    const outcome = result instanceof Promise ? await result : result;
    const took = performance.now() - started;
    if (took > this.#slowestMs) await this.#time(input, took);
    if (outcome === 'accepted') this.#accepted++;
    if (!this.#coverage.take()) return;
    this.#corpus.push(Buffer.from(input));
    if (outcome === 'accepted') this.#sound.push(Buffer.from(input));
  }

  /** Side by side; where something is new, fails or takes long, each again alone, to know which it was. */
  async #runTogether(inputs: readonly Buffer[]): Promise<void> {
    const before = process.threadCpuUsage();
    const wrong: { readonly input: Buffer; readonly why: string }[] = [];
    const outcomes = inputs.map((input): Outcome | Promise<Outcome> => {
      this.#watcher.before(input);
      return this.#outcome(input, (why) => wrong.push({ input, why }));
    });
    const accepted = (await Promise.all(outcomes)).filter((outcome) => outcome === 'accepted').length;
    const { user, system } = process.threadCpuUsage(before);
    if (!this.#crowd.take() && wrong.length === 0 && (user + system) / 1000 < hangMs) {
      this.#inputs += inputs.length;
      this.#accepted += accepted;
      return;
    }
    const known = this.#failures.size;
    for (const input of inputs) await this.#run(input);
    if (this.#failures.size > known) return;
    for (const { input, why } of wrong) this.#fail(input, `${why}\n(beside ${inputs.length} others, and not alone)`);
  }

  /** The clock on the wall counts what other processes do as well: before an input is called slow, it is run again by this thread's own. */
  async #time(input: Buffer, tookMs: number): Promise<void> {
    let least = tookMs;
    for (let again = 0; again < 2 && least > this.#slowestMs; again++) {
      this.#watcher.before(input);
      const before = process.threadCpuUsage();
      await this.#outcome(input);
      const { user, system } = process.threadCpuUsage(before);
      least = Math.min(least, (user + system) / 1000);
    }
    if (least <= this.#slowestMs) return;
    this.#slowestMs = least;
    if (least > hangMs) this.#fail(input, `slow: ${Math.round(least)} ms for one input`);
  }

  #outcome(input: Buffer, wrong = (why: string): void => this.#fail(input, why)): Outcome | Promise<Outcome> {
    const thrown = (error: unknown): Outcome => {
      wrong(error instanceof Error ? (error.stack ?? String(error)) : `thrown: ${String(error)}`);
      return 'refused';
    };
    try {
      const result = this.#target.run(input);
      return result instanceof Promise ? result.catch(thrown) : result;
    } catch (error) {
      return thrown(error);
    }
  }

  #fail(input: Buffer, why: string): void {
    const lines = why.split('\n');
    // One place may refuse for many reasons, and one reason be told with many numbers.
    const place = lines.find((line) => /^\s+at /.test(line)) ?? '';
    const kind = `${lines[0]?.replace(/\d+/g, '#').slice(0, 110)}${place}`;
    if (this.#failures.has(kind) || this.#failures.size === mostFailures) return;
    this.#failures.add(kind);
    this.#watcher.failed({ input: Buffer.from(input), why });
  }
}
