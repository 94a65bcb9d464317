import type { SQLInputValue, StatementResultingChanges } from 'node:sqlite';
import type { NewOperation } from './intents.ts';
import type { Held, StatusRecord } from './records.ts';

/** Runs one statement on the journal. */
export type Run = (sql: string, ...values: SQLInputValue[]) => StatementResultingChanges;

/** An intent with its changes; answers its id. */
export function insertOperation(run: Run, operation: NewOperation): number {
  const { kind, mitigation, revision, actor, reason, at, changes } = operation;
  const { lastInsertRowid } = run(
    `INSERT INTO operation (kind, mitigation, revision, phase, actor, reason, started) VALUES (?, ?, ?, 'intended', ?, ?, ?)`,
    kind,
    mitigation,
    revision,
    actor,
    reason,
    at,
  );
  changes.forEach((change, seq) => {
    run(
      'INSERT INTO change (operation, seq, host, change) VALUES (?, ?, ?, ?)',
      lastInsertRowid,
      seq,
      change.host,
      JSON.stringify(change),
    );
  });
  return Number(lastInsertRowid);
}

/** A mitigation in force, in place of what was known of it. */
export function putHeld(run: Run, held: Held): void {
  run(
    'INSERT OR REPLACE INTO held (mitigation, revision, source, origin, mode, document, since, state, reason, proven) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    held.mitigation,
    held.revision,
    held.source,
    held.origin,
    held.mode,
    held.document,
    held.since,
    held.state,
    held.reason,
    held.proven ?? null,
  );
}

/** A row of `stopgap status`. */
export function insertStatus(run: Run, r: StatusRecord): void {
  run(
    'INSERT INTO status (mitigation, revision, title, kinds, source, state, reason, since, attempts, next_try) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    r.mitigation,
    r.revision,
    r.title,
    r.kinds,
    r.source,
    r.state,
    r.reason,
    r.since ?? null,
    r.attempts,
    r.nextTry ?? null,
  );
}
