import type { StartType } from '../sc-output.ts';

/** A service of the stand-in, and how it behaves. */
export interface StandInService {
  name: string;
  start: StartType;
  /** SERVICE_STATUS dwCurrentState. */
  state: number;
  /** Names of services that it needs. */
  needs: readonly string[];
  /** SERVICE_STATUS dwServiceType. */
  type: number;
  pid: number;
  triggers: number;
  /** Looks for which it stays pending on its way; -1: for ever. */
  pendingLooks: number;
  /** Milliseconds; shown while it is pending. */
  waitHint: number;
  /** The checkpoint rises with each look while it is pending. */
  progresses: boolean;
  /** Orders that it answers with an error: `stop`, `start`, `config`, `query`. */
  refuses: Readonly<Record<string, number>>;
  /** Is deleted as soon as it is stopped; takes no new configuration. */
  deleted: boolean;
  /** Somebody starts it again as soon as it is stopped, unless it is disabled. */
  restarted: boolean;
  /** Somebody sets this start type again as soon as it is disabled. */
  reenabled: StartType | undefined;
  /** What it is on its way to, for how many looks more, and how many there were. */
  coming: { state: number; looks: number; seen: number } | undefined;
}

/** A running service that starts with Windows, stops when it is told to, and needs nothing. */
export function standInService(name: string, more: Partial<StandInService> = {}): StandInService {
  const usual = { start: 'auto', state: 4, needs: [], type: 0x10, pid: 0, triggers: 0, pendingLooks: 1 } as const;
  const behaviour = { waitHint: 3000, progresses: false, refuses: {}, deleted: false, restarted: false } as const;
  return { name, ...usual, ...behaviour, reenabled: undefined, coming: undefined, ...more };
}

/** What the service control manager does with orders. Answers are Windows error numbers; 0: done. */
export class StandInServices {
  readonly all = new Map<string, StandInService>();
  #pids = 5_000_000;

  add(service: StandInService): void {
    this.all.set(service.name.toLowerCase(), service);
  }

  find(name: string): StandInService | undefined {
    return this.all.get(name.toLowerCase());
  }

  /** A look, with which time goes by. */
  look(name: string): StandInService | undefined {
    const service = this.find(name);
    if (service?.coming) this.#advance(service, service.coming);
    if (service && service.state === 4 && service.pid === 0) service.pid = ++this.#pids;
    if (service?.restarted && service.state === 1 && service.start !== 'disabled') this.start(name);
    return this.find(name);
  }

  /** Services that need it, directly or not, those that have to be stopped first in front. */
  dependents(name: string): readonly StandInService[] {
    const found: StandInService[] = [];
    for (const one of this.all.values()) {
      if (!one.needs.some((needed) => needed.toLowerCase() === name.toLowerCase())) continue;
      for (const further of [...this.dependents(one.name), one]) if (!found.includes(further)) found.push(further);
    }
    return found;
  }

  setStart(name: string, start: StartType): number {
    const service = this.find(name);
    if (!service) return 1060;
    if (service.refuses.config !== undefined) return service.refuses.config;
    if (service.deleted) return 1072;
    service.start = start === 'disabled' ? (service.reenabled ?? start) : start;
    return 0;
  }

  stop(name: string): number {
    const service = this.look(name);
    if (!service) return 1060;
    if (service.state === 1) return 1062;
    if (service.coming) return 1061;
    if (service.refuses.stop !== undefined) return service.refuses.stop;
    if (this.dependents(name).some((one) => one.state !== 1)) return 1051;
    this.#send(service, 3, 1);
    return 0;
  }

  start(name: string): number {
    const service = this.find(name);
    if (!service) return 1060;
    if (service.deleted) return 1072;
    if (service.state === 4) return 1056;
    if (service.coming) return 1061;
    if (service.start === 'disabled') return 1058;
    if (service.refuses.start !== undefined) return service.refuses.start;
    for (const needed of service.needs) {
      const other = this.find(needed);
      if (!other) return 1075;
      if (other.state !== 4 && this.start(needed) !== 0) return 1068;
    }
    this.#send(service, 2, 4);
    return 0;
  }

  pause(name: string): number {
    const service = this.find(name);
    if (!service) return 1060;
    if (service.state !== 4) return 1062;
    service.state = 7;
    return 0;
  }

  #send(service: StandInService, by: number, to: number): void {
    service.state = by;
    service.coming = { state: to, looks: service.pendingLooks, seen: 0 };
    if (service.pendingLooks === 0) this.#advance(service, service.coming);
  }

  #advance(service: StandInService, coming: NonNullable<StandInService['coming']>): void {
    coming.seen++;
    if (coming.looks < 0 || coming.looks-- > 0) return;
    service.state = coming.state;
    service.coming = undefined;
    if (service.state === 1) service.pid = 0;
    if (service.state === 1 && service.deleted) this.all.delete(service.name.toLowerCase());
  }
}
