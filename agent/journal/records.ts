import type { Change } from '../host.ts';
import type { SourceTrouble } from '../source.ts';
import type { MitigationState } from '../state.ts';

/** Times are milliseconds since the Unix epoch everywhere in the journal. */
export interface Held {
  readonly mitigation: string;
  readonly revision: number;
  /** Feed it came from, or the file it was applied from by hand. */
  readonly source: string;
  readonly origin: 'feed' | 'manual';
  readonly mode: 'enforce' | 'observe';
  readonly document: Uint8Array;
  readonly since: number;
  readonly state: 'protected' | 'applied' | 'observing';
  readonly reason: string;
  /** When it was last proven; `undefined`: never. */
  readonly proven: number | undefined;
}

export type OperationKind = 'apply' | 'remove' | 'repair';

/** How far an operation has come. `finished` and `undone` are ends; everything else is taken back at the next start. */
export type OperationPhase = 'intended' | 'performed' | 'activated' | 'finished' | 'undoing' | 'undone';

export interface Operation {
  readonly id: number;
  readonly kind: OperationKind;
  readonly mitigation: string;
  readonly revision: number;
  readonly phase: OperationPhase;
  readonly actor: string;
  readonly reason: string;
  readonly started: number;
  readonly changes: readonly Change[];
}

/** A claim made by a mitigation on a shared thing, with the thing's state when the claim was made. */
export interface ClaimMade {
  readonly host: string;
  readonly thing: string;
  readonly state: string;
}

/** A row of `stopgap status`. */
export interface StatusRecord {
  readonly mitigation: string;
  readonly revision: number;
  readonly title: string;
  /** Kinds of its actions, e.g. `urlRewrite` or `service, appPool`. */
  readonly kinds: string;
  readonly source: string;
  readonly state: MitigationState;
  readonly reason: string;
  /** Since when the state has been what it is; `undefined` for what never was in force. */
  readonly since: number | undefined;
  /** Failed attempts in a row, and when the next one is due. */
  readonly attempts: number;
  readonly nextTry: number | undefined;
}

/** What was last seen of a feed. */
export interface SourceRecord {
  readonly name: string;
  readonly version: number | undefined;
  readonly signed: number | undefined;
  readonly expires: number | undefined;
  readonly looked: number;
  readonly trouble: (SourceTrouble & { readonly since: number }) | undefined;
}

/** An entry of the audit trail. */
export interface HistoryRecord {
  readonly id: number;
  readonly at: number;
  readonly actor: string;
  readonly event: HistoryEvent;
  readonly mitigation: string | undefined;
  readonly revision: number | undefined;
  readonly detail: string;
}

export type HistoryEvent =
  | 'applied'
  | 'removed'
  | 'repaired'
  | 'failed'
  | 'undone'
  | 'rebuilt'
  | 'state-changed'
  | 'policy-changed'
  | 'feed-trouble'
  | 'feed-recovered'
  | 'feed-stale'
  | 'feed-published'
  | 'started'
  | 'stopped';
