import { expect } from 'vitest';
import { Faults, type Way } from './faults.ts';
import { faultyJournal, faultyWorld } from './faulty-world.ts';
import type { Kind } from './kinds.ts';
import { type Offered, Server } from './server.ts';

/** From what is in force to what is to be. */
export interface Scenario {
  readonly name: string;
  readonly from: readonly Which[];
  readonly to: readonly Which[];
}

type Which = 'first' | 'second' | 'newer';

/** What an agent does to a server. */
export const scenarios: readonly Scenario[] = [
  { name: 'the first mitigation goes on', from: [], to: ['first'] },
  { name: 'another joins it', from: ['first'], to: ['first', 'second'] },
  { name: 'a newer revision comes', from: ['first', 'second'], to: ['newer', 'second'] },
  { name: 'one of two goes off', from: ['first', 'second'], to: ['second'] },
  { name: 'the last one goes off', from: ['first'], to: [] },
  { name: 'two go on and one goes off in one look', from: ['first'], to: ['second'] },
];

/** A server of a kind, with what it looks like when each set is in force, found out without any fault. */
export class Trial {
  readonly server: Server;
  readonly #documents: ReadonlyMap<Which, Offered>;
  readonly #expected = new Map<string, ReadonlyMap<string, string>>();
  readonly #faults = new Faults();

  private constructor(kind: Kind, server: Server) {
    this.server = server;
    this.#documents = new Map<Which, Offered>([
      ['first', { id: 'TEST-one', revision: 1, actions: kind.first }],
      ['second', { id: 'TEST-two', revision: 1, actions: kind.second }],
      ['newer', { id: 'TEST-one', revision: 2, actions: kind.first }],
    ]);
  }

  static async start(kind: Kind): Promise<Trial> {
    const trial = new Trial(kind, new Server(await kind.setUp()));
    trial.#expected.set('', trial.server.snapshot());
    const sets: readonly (readonly Which[])[] = [['first'], ['second'], ['first', 'second'], ['newer', 'second']];
    for (const set of sets) {
      await trial.bring(set);
      trial.#expected.set(trial.server.held(), trial.server.snapshot());
    }
    await trial.bring([]);
    trial.expectRestored();
    return trial;
  }

  /** Brings the server to a set without faults. */
  async bring(set: readonly Which[]): Promise<void> {
    // No agent goes back to an older revision by itself.
    if (set.includes('first') && this.server.held().includes('TEST-one/2')) await this.bring([]);
    this.offer(set);
    await this.server.settle();
  }

  offer(set: readonly Which[]): void {
    this.server.offered = set.flatMap((which) => this.#documents.get(which) ?? []);
  }

  /** Everything is as it was before Stopgap came. */
  expectRestored(): void {
    expect(this.server.snapshot()).toEqual(this.#expected.get(''));
  }

  /**
   * One look towards what is offered, in which step `at` fails in this way; then the checks. `undefined`: there was no such
   * step. `again`: the process that takes it back is killed as well, at this step of its own.
   */
  async fail(at: number, way: Way, again?: number): Promise<string | undefined> {
    const { server } = this;
    const met = await this.#lookFailingAt(at, way);
    await this.expectValid(met);
    if (met !== undefined && again !== undefined) {
      await this.#lookFailingAt(again, 'kill');
      await this.expectValid(met);
    }
    server.elapsed += 1000;
    await server.look();
    await this.expectWhole(`${way} at step ${at}: ${met}`);
    return met;
  }

  /** One look towards what is offered, killed at this step; answers which it was. */
  async kill(at: number): Promise<string | undefined> {
    return await this.#lookFailingAt(at, 'kill');
  }

  /** The configuration is one that the server takes, whatever has just failed. */
  async expectValid(met: string | undefined): Promise<void> {
    expect([met, await this.server.complaints()]).toEqual([met, []]);
  }

  /** Each mitigation is there whole or not at all, as the journal says, and in force as it stands on the disk. */
  async expectWhole(where: string): Promise<void> {
    const { server } = this;
    const held = server.held();
    expect([where, server.read((journal) => journal.unfinished().length)]).toEqual([where, 0]);
    expect([where, held, server.snapshot()]).toEqual([where, held, this.#expected.get(held)]);
    expect([where, await server.complaints(), await server.stale()]).toEqual([where, [], 0]);
  }

  async #lookFailingAt(at: number, way: Way): Promise<string | undefined> {
    const faults = this.#faults;
    faults.arm(at, way);
    await this.server
      .look({
        between: (world, onDisk) => faultyWorld(world, faults, onDisk),
        journal: (journal) => faultyJournal(journal, faults),
      })
      .catch(() => {});
    faults.disarm();
    return faults.met;
  }
}

/** What was tried on one kind of server. */
export interface Tally {
  readonly faults: number;
  readonly byStep: ReadonlyMap<string, number>;
}

/**
 * Fails every `stride`th step of every scenario, in one way, until a look meets no fault any more. Throws where a promise
 * does not hold.
 */
export async function faultLoop(trial: Trial, way: Way, stride = 1, offset = 1): Promise<Tally> {
  const byStep = new Map<string, number>();
  let faults = 0;
  for (const { name, from, to } of scenarios) {
    for (let at = offset; ; at += stride) {
      await trial.bring(from);
      trial.offer(to);
      const met = await trial.fail(at, way, way === 'kill' ? 1 + (at % 7) : undefined);
      await trial.server.settle().catch((error: unknown) => {
        throw new Error(`${name}, ${way} at step ${at} (${met}): ${error}`);
      });
      await trial.expectWhole(`${name}, ${way} at step ${at} (${met}), afterwards`);
      if (met === undefined) break;
      faults++;
      const step = met.split(' ').slice(0, 2).join(' ');
      byStep.set(step, (byStep.get(step) ?? 0) + 1);
    }
    await trial.bring([]);
    trial.expectRestored();
  }
  return { faults, byStep };
}
