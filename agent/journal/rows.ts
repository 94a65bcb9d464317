import type { SQLOutputValue } from 'node:sqlite';
import type { Change } from '../host.ts';
import type { SourceTrouble } from '../source.ts';
import type { MitigationState } from '../state.ts';
import type { ClaimedThing } from './copy.ts';
import type {
  Held,
  HistoryEvent,
  HistoryRecord,
  Operation,
  OperationKind,
  OperationPhase,
  SourceRecord,
  StatusRecord,
} from './records.ts';

type Row = Record<string, SQLOutputValue>;

/** A text column. The tables are STRICT, so a wrong type means a damaged file. */
export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new Error(`journal: column ${column} is not text`);
  return value;
}

/** A whole-number column. */
export function number(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw new Error(`journal: column ${column} is not a number`);
  return value;
}

function optionalNumber(row: Row, column: string): number | undefined {
  return row[column] === null ? undefined : number(row, column);
}

/** An operation with its changes. */
export function operation(row: Row, changes: readonly Row[]): Operation {
  return {
    id: number(row, 'id'),
    kind: text(row, 'kind') as OperationKind,
    mitigation: text(row, 'mitigation'),
    revision: number(row, 'revision'),
    phase: text(row, 'phase') as OperationPhase,
    actor: text(row, 'actor'),
    reason: text(row, 'reason'),
    started: number(row, 'started'),
    changes: changes.map((change) => JSON.parse(text(change, 'change')) as Change),
  };
}

/** A row of `held`. */
export function held(row: Row): Held {
  const document = row.document;
  if (!(document instanceof Uint8Array)) throw new Error('journal: column document is not a blob');
  return {
    mitigation: text(row, 'mitigation'),
    revision: number(row, 'revision'),
    source: text(row, 'source'),
    origin: text(row, 'origin') as Held['origin'],
    mode: text(row, 'mode') as Held['mode'],
    document,
    since: number(row, 'since'),
    state: text(row, 'state') as Held['state'],
    reason: text(row, 'reason'),
    proven: optionalNumber(row, 'proven'),
  };
}

/** A row of `thing`, with those of the claimants that claim it. */
export function claimedThing(
  row: Row,
  claimants: readonly { readonly host: string; readonly thing: string; readonly mitigation: string }[],
): ClaimedThing {
  const [host, thing] = [text(row, 'host'), text(row, 'thing')];
  const own = claimants.filter((one) => one.host === host && one.thing === thing).map(({ mitigation }) => mitigation);
  return { host, thing, before: text(row, 'before'), since: number(row, 'since'), claimants: own };
}

/** A row of `status`. */
export function status(row: Row): StatusRecord {
  return {
    mitigation: text(row, 'mitigation'),
    revision: number(row, 'revision'),
    title: text(row, 'title'),
    kinds: text(row, 'kinds'),
    source: text(row, 'source'),
    state: text(row, 'state') as MitigationState,
    reason: text(row, 'reason'),
    since: optionalNumber(row, 'since'),
    attempts: number(row, 'attempts'),
    nextTry: optionalNumber(row, 'next_try'),
  };
}

/** A row of `source`. */
export function source(row: Row): SourceRecord {
  const step = row.step;
  return {
    name: text(row, 'name'),
    version: optionalNumber(row, 'version'),
    signed: optionalNumber(row, 'signed'),
    expires: optionalNumber(row, 'expires'),
    looked: number(row, 'looked'),
    trouble:
      step === null
        ? undefined
        : {
            step: text(row, 'step') as SourceTrouble['step'],
            reason: text(row, 'trouble'),
            since: number(row, 'trouble_since'),
          },
  };
}

/** A row of `history`. */
export function history(row: Row): HistoryRecord {
  return {
    id: number(row, 'id'),
    at: number(row, 'at'),
    actor: text(row, 'actor'),
    event: text(row, 'event') as HistoryEvent,
    mitigation: row.mitigation === null ? undefined : text(row, 'mitigation'),
    revision: optionalNumber(row, 'revision'),
    detail: text(row, 'detail'),
  };
}
