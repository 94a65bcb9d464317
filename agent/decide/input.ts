import type { Mitigation, ProductFacts } from '@stopgap/mitigation';
import type { Acceptance, Finding } from '../host.ts';
import type { EffectivePolicy } from '../policy/effective.ts';

/** A mitigation as some source offers it now, or as it was when it was put in force. */
export interface Offer {
  readonly mitigation: Mitigation;
  readonly source: string;
  /** `feed`: the service's business. `manual`: somebody asks for it now, or asked for it then. */
  readonly origin: 'feed' | 'manual';
  readonly document: Uint8Array;
  /** Until when its feed vouches for it, ms since the epoch. Absent: not a matter of freshness. */
  readonly freshUntil?: number;
}

/** A mitigation in force. */
export interface InForce extends Offer {
  readonly since: number;
  readonly state: 'protected' | 'applied' | 'observing';
  readonly reason: string;
  readonly mode: 'enforce' | 'observe';
  readonly proven: number | undefined;
}

/** Earlier attempts that failed. */
export interface Attempts {
  readonly revision: number;
  readonly count: number;
  readonly reason: string;
  readonly nextTry: number;
}

/** What is known about the products on this server. */
export interface InventoryView {
  readonly products: readonly ProductFacts[];
  /** Products whose detector failed, with the reason: nothing may be concluded from their absence. */
  readonly problems: ReadonlyMap<string, string>;
}

/** How one action of a mitigation stands with one host whose business it is. */
export interface ActionView {
  readonly host: string;
  readonly index: number;
  readonly acceptance: Acceptance;
  /** `undefined` when not accepted. */
  readonly finding: Finding | undefined;
}

/** Everything that a decision depends on. Plain values: `decide` does no I/O. */
export interface DecideInput {
  readonly now: number;
  readonly offers: readonly Offer[];
  readonly inForce: readonly InForce[];
  readonly policy: EffectivePolicy;
  readonly inventory: InventoryView;
  readonly attempts: ReadonlyMap<string, Attempts>;
  /** By mitigation id; for each that `want` says should be in force. */
  readonly observed: ReadonlyMap<string, readonly ActionView[]>;
  /** Proofs older than this many milliseconds are due again. */
  readonly proveEvery: number;
  /** Ids whose failed attempts are to be tried again now, because somebody asks. */
  readonly retryNow: ReadonlySet<string>;
  /** States recorded at the last look, for those that were in force then and are not now. */
  readonly removedBefore: ReadonlyMap<string, string>;
}
