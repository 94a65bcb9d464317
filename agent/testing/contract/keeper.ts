import type { Change, Claims, HeldAction, Host, HostPlan } from '../../host.ts';

/** Brings a host to what is wanted as the agent does, and keeps what its journal keeps: changes as JSON, and claims. */
export class Keeper {
  readonly #things = new Map<string, string>();
  #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Goes on with another process. */
  restart(host: Host): void {
    this.#host = host;
  }

  /** State before the first claim, by thing. */
  get claims(): Claims {
    return new Map(this.#things);
  }

  plan(wanted: readonly HeldAction[]): Promise<HostPlan> {
    return this.#host.plan(wanted, this.claims);
  }

  /** Plans, makes the changes and puts them in force; the plan that was carried out. */
  async bring(wanted: readonly HeldAction[]): Promise<HostPlan> {
    const plan = await this.plan(wanted);
    const changes = throughJson(plan.changes);
    for (const change of changes) await this.#host.perform(change);
    if (changes.length > 0) await this.#host.activate();
    const claimed = plan.findings.flatMap(({ claims }) => (claims ? [claims] : []));
    for (const { thing, state } of claimed) if (!this.#things.has(thing)) this.#things.set(thing, state);
    for (const thing of this.#things.keys())
      if (!claimed.some((one) => one.thing === thing)) this.#things.delete(thing);
    return plan;
  }
}

/** Changes as they come back out of the journal. */
export function throughJson(changes: readonly Change[]): readonly Change[] {
  return JSON.parse(JSON.stringify(changes));
}

/** Makes changes, in order. */
export async function performAll(host: Host, changes: readonly Change[]): Promise<void> {
  for (const change of changes) await host.perform(change);
}

/** Takes changes back, last first. */
export async function undoAll(host: Host, changes: readonly Change[]): Promise<void> {
  for (const change of [...changes].reverse()) await host.undo(change);
}
