import type { Change } from '../host.ts';
import type { ClaimMade, Held, HistoryEvent, OperationKind } from './records.ts';

/** An intent, before anything is changed. */
export interface NewOperation {
  readonly kind: OperationKind;
  readonly mitigation: string;
  readonly revision: number;
  readonly actor: string;
  readonly reason: string;
  readonly at: number;
  readonly changes: readonly Change[];
}

/** What becomes true, in one transaction, when an operation succeeds. */
export interface Outcome {
  readonly at: number;
  /** The row of the mitigation now in force, or `undefined` when it was taken off. */
  readonly held: Held | undefined;
  /** Claims on shared things that stand from now on; those not listed end. */
  readonly claims: readonly ClaimMade[];
}

/** An entry for the audit trail. */
export interface NewHistory {
  readonly at: number;
  readonly actor: string;
  readonly event: HistoryEvent;
  readonly mitigation?: string;
  readonly revision?: number;
  readonly detail: string;
}
