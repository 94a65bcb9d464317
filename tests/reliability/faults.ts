/**
 * How a step fails. `once`: it does not happen, and all after it do. `for good`: it does not happen, nor does any later one.
 * `afterwards`: it happens, and is reported as failed. `kill`: the process ends in the middle of it.
 */
export type Way = 'once' | 'for good' | 'afterwards' | 'kill';

/** All ways, in the order in which they are tried. */
export const ways: readonly Way[] = ['once', 'for good', 'afterwards', 'kill'];

/** The process is dead: nothing that it would do happens any more. */
export class Killed extends Error {}

/** Counts every step that could fail, and lets one of them fail. */
export class Faults {
  #count = 0;
  #at = Number.POSITIVE_INFINITY;
  #way: Way = 'once';
  #dead = false;
  #met: string | undefined;
  /** Done once, just before the step that is armed, which then goes on. */
  meanwhile: (() => void) | undefined;

  /** The step number `at` from now on, from 1, fails. */
  arm(at: number, way: Way): void {
    this.#count = 0;
    this.#at = at;
    this.#way = way;
    this.#dead = false;
    this.#met = undefined;
  }

  /** Nothing fails any more, but a dead process stays dead. */
  disarm(): void {
    this.#at = Number.POSITIVE_INFINITY;
  }

  /** The step that failed; `undefined`: there were not so many. */
  get met(): string | undefined {
    return this.#met;
  }

  /** For what only looks: a dead process does not even do that. */
  alive(): void {
    if (this.#dead) throw new Killed('killed');
  }

  /** Does a step, or lets it fail as `failure` says. `half`: what a kill in the middle of it leaves. */
  step<T>(name: string, work: () => T, failure: () => Error, half: () => void = () => {}): T {
    const fails = this.#next(name);
    if (!fails) return work();
    if (fails === 'kill') {
      half();
      return this.#die();
    }
    if (fails === 'afterwards') work();
    throw failure();
  }

  /** The same for a step that takes its time. */
  async slowStep<T>(name: string, work: () => Promise<T>, failure: () => Error): Promise<T> {
    const fails = this.#next(name);
    if (!fails) return await work();
    // Half of the kills come before a command has done its work, half after.
    if (fails === 'kill' && this.#at % 2 === 0) await work();
    if (fails === 'kill') return this.#die();
    if (fails === 'afterwards') await work();
    throw failure();
  }

  #next(name: string): Way | undefined {
    this.alive();
    this.#count++;
    const fails = this.#count === this.#at || (this.#way === 'for good' && this.#count > this.#at);
    if (!fails) return undefined;
    this.#met ??= name;
    if (this.meanwhile) {
      this.meanwhile();
      return undefined;
    }
    return this.#way;
  }

  #die(): never {
    this.#dead = true;
    throw new Killed('killed');
  }
}
