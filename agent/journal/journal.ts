import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { Claims } from '../host.ts';
import { copyFileOf, type JournalCopy, readCopy, writeCopy } from './copy.ts';
import { identityOf, isReadable } from './damage.ts';
import type { NewHistory, NewOperation, Outcome } from './intents.ts';
import { openJournalFile, openJournalForReading, rebuildNote, unwritable } from './open.ts';
import type { Held, HistoryRecord, Operation, OperationPhase, SourceRecord, StatusRecord } from './records.ts';
import * as rows from './rows.ts';
import { insertOperation, insertStatus, putHeld, type Run } from './write-rows.ts';

export type { NewHistory, NewOperation, Outcome } from './intents.ts';

/** The agent's memory. Every method is one transaction. */
export class Journal {
  readonly #file: string;
  #database: DatabaseSync;
  #identity: string | undefined;

  private constructor(database: DatabaseSync, file: string) {
    this.#file = file;
    this.#database = database;
    this.#identity = identityOf(file);
  }

  /** Opens for writing; see `openJournalFile` for errors. */
  static open(file: string): Journal {
    const journal = new Journal(openJournalFile(file), file);
    if (journal.toRebuild === undefined && journal.readCopy() === undefined) journal.#copyIfPossible();
    return journal;
  }

  /** What stands beside a journal, there or lost; `undefined`: nothing that can be believed. */
  static copyOf(file: string): JournalCopy | undefined {
    return readCopy(copyFileOf(file));
  }

  /** Opens for reading beside a running agent; `undefined`: no journal yet. */
  static openForReading(file: string): Journal | undefined {
    const database = openJournalForReading(file);
    return database && new Journal(database, file);
  }

  /**
   * Opens the file anew where somebody has deleted, replaced or damaged it under a running agent; see `toRebuild` then.
   * Throws what `open` throws.
   */
  reopenIfLost(): void {
    const { isOpen } = this.#database;
    if (isOpen && identityOf(this.#file) === this.#identity && isReadable(this.#database)) return;
    // It is closed already where an earlier attempt could not open another.
    if (isOpen) this.#database.close();
    this.#database = openJournalFile(this.#file);
    this.#identity = identityOf(this.#file);
  }

  close(): void {
    this.#database.close();
  }

  /** Why this journal is new and has yet to learn what is in force; `undefined`: it knows. */
  get toRebuild(): string | undefined {
    return this.note(rebuildNote) || undefined;
  }

  /** What was last written beside the journal; `undefined`: nothing that can be believed. */
  readCopy(): JournalCopy | undefined {
    return Journal.copyOf(this.#file);
  }

  /** Takes over what an earlier journal knew, in place of what this one does, and needs no rebuilding any more. */
  restore({ held, things, open }: JournalCopy): void {
    this.#transaction(() => {
      for (const table of ['claim', 'thing', 'held']) this.#run(`DELETE FROM ${table}`);
      for (const row of held) putHeld(this.#run, row);
      for (const { host, thing, before, since, claimants } of things) {
        this.#run('INSERT INTO thing (host, thing, before, since) VALUES (?, ?, ?, ?)', host, thing, before, since);
        for (const one of claimants)
          this.#run('INSERT INTO claim (host, thing, mitigation) VALUES (?, ?, ?)', host, thing, one);
      }
      for (const one of open) insertOperation(this.#run, { ...one, at: one.started });
      this.#run('DELETE FROM note WHERE name = ?', rebuildNote);
    });
    this.#copyIfPossible();
  }

  /** Records an intent with all its changes, before any is made. Answers its id. */
  begin(operation: NewOperation): number {
    const id = this.#transaction(() => insertOperation(this.#run, operation));
    this.#copy();
    return id;
  }

  reach(operation: number, phase: Exclude<OperationPhase, 'finished' | 'undone'>): void {
    this.#run('UPDATE operation SET phase = ? WHERE id = ?', phase, operation);
  }

  /** Ends an operation with success and makes its outcome true. */
  finish(operation: number, mitigation: string, outcome: Outcome): void {
    this.#transaction(() => {
      this.#end(operation, 'finished', outcome.at);
      if (outcome.held) putHeld(this.#run, outcome.held);
      else this.#run('DELETE FROM held WHERE mitigation = ?', mitigation);
      this.#putClaims(mitigation, outcome);
    });
    this.#copyIfPossible();
  }

  /** Whether an operation has ended with success. A commit that reports an error may have reached the disk all the same. */
  isFinished(operation: number): boolean {
    return this.#all(`SELECT id FROM operation WHERE id = ? AND phase = 'finished'`, operation).length > 0;
  }

  /** Ends an operation whose changes have all been taken back. */
  undone(operation: number, at: number): void {
    this.#transaction(() => this.#end(operation, 'undone', at));
    this.#copyIfPossible();
  }

  /** Operations that a kill or a failure left open, oldest first. */
  unfinished(): readonly Operation[] {
    const found = this.#all(`SELECT * FROM operation WHERE phase NOT IN ('finished', 'undone') ORDER BY id`);
    return found.map((row) =>
      rows.operation(
        row,
        this.#all('SELECT change FROM change WHERE operation = ? ORDER BY seq', rows.number(row, 'id')),
      ),
    );
  }

  held(): readonly Held[] {
    return this.#all('SELECT * FROM held ORDER BY mitigation').map(rows.held);
  }

  /** Notes a new state, reason or proof of a mitigation that stays in force. */
  putHeld(held: Held): void {
    this.#transaction(() => putHeld(this.#run, held));
  }

  /** The state before the first claim of every shared thing on a host. */
  claims(host: string): Claims {
    const found = this.#all('SELECT thing, before FROM thing WHERE host = ?', host);
    return new Map(found.map((row) => [rows.text(row, 'thing'), rows.text(row, 'before')]));
  }

  /** Who claims what: `host`, `thing`, `mitigation`. */
  claimants(): readonly { readonly host: string; readonly thing: string; readonly mitigation: string }[] {
    return this.#all('SELECT host, thing, mitigation FROM claim ORDER BY host, thing, mitigation').map((row) => ({
      host: rows.text(row, 'host'),
      thing: rows.text(row, 'thing'),
      mitigation: rows.text(row, 'mitigation'),
    }));
  }

  status(): readonly StatusRecord[] {
    return this.#all('SELECT * FROM status ORDER BY mitigation').map(rows.status);
  }

  /** Replaces the whole status table; mitigations not listed are forgotten. */
  putStatus(records: readonly StatusRecord[]): void {
    this.#transaction(() => {
      this.#run('DELETE FROM status');
      for (const record of records) insertStatus(this.#run, record);
    });
  }

  /** Forgets feeds that are not configured any more. */
  keepSources(names: readonly string[]): void {
    for (const { name } of this.sources()) {
      if (!names.includes(name)) this.#run('DELETE FROM source WHERE name = ?', name);
    }
  }

  sources(): readonly SourceRecord[] {
    return this.#all('SELECT * FROM source ORDER BY name').map(rows.source);
  }

  putSource(record: SourceRecord): void {
    this.#run(
      'INSERT OR REPLACE INTO source (name, version, signed, expires, looked, step, trouble, trouble_since) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      record.name,
      record.version ?? null,
      record.signed ?? null,
      record.expires ?? null,
      record.looked,
      record.trouble?.step ?? null,
      record.trouble?.reason ?? null,
      record.trouble?.since ?? null,
    );
  }

  note(name: string): string | undefined {
    const row = this.#all('SELECT value FROM note WHERE name = ?', name)[0];
    return row && rows.text(row, 'value');
  }

  putNote(name: string, value: string): void {
    this.#run('INSERT OR REPLACE INTO note (name, value) VALUES (?, ?)', name, value);
  }

  record(entry: NewHistory): void {
    this.#run(
      'INSERT INTO history (at, actor, event, mitigation, revision, detail) VALUES (?, ?, ?, ?, ?, ?)',
      entry.at,
      entry.actor,
      entry.event,
      entry.mitigation ?? null,
      entry.revision ?? null,
      entry.detail,
    );
  }

  /** The newest `most` entries, newest first; of one mitigation where `mitigation` is given. */
  history(most: number, mitigation?: string): readonly HistoryRecord[] {
    const found =
      mitigation === undefined
        ? this.#all('SELECT * FROM history ORDER BY id DESC LIMIT ?', most)
        : this.#all('SELECT * FROM history WHERE mitigation = ? ORDER BY id DESC LIMIT ?', mitigation, most);
    return found.map(rows.history);
  }

  /** The newest `most` entries after the one with this id, oldest first. */
  historyAfter(id: number, most: number): readonly HistoryRecord[] {
    const found = this.#all('SELECT * FROM history WHERE id > ? ORDER BY id DESC LIMIT ?', id, most);
    return found.map(rows.history).reverse();
  }

  /** What is in the copy lags behind at worst: then the last operation is taken back and done again. */
  #copyIfPossible(): void {
    try {
      this.#copy();
    } catch {
      // The journal itself has it, and says the same at its next operation.
    }
  }

  #copy(): void {
    const claimants = this.claimants();
    const things = this.#all('SELECT * FROM thing').map((row) => rows.claimedThing(row, claimants));
    writeCopy(copyFileOf(this.#file), { held: this.held(), things, open: this.unfinished() });
  }

  #putClaims(mitigation: string, outcome: Outcome): void {
    this.#run('DELETE FROM claim WHERE mitigation = ?', mitigation);
    for (const claim of outcome.claims) {
      this.#run(
        'INSERT OR IGNORE INTO thing (host, thing, before, since) VALUES (?, ?, ?, ?)',
        claim.host,
        claim.thing,
        claim.state,
        outcome.at,
      );
      this.#run('INSERT INTO claim (host, thing, mitigation) VALUES (?, ?, ?)', claim.host, claim.thing, mitigation);
    }
    this.#run(
      'DELETE FROM thing WHERE NOT EXISTS (SELECT 1 FROM claim WHERE claim.host = thing.host AND claim.thing = thing.thing)',
    );
  }

  #end(operation: number, phase: 'finished' | 'undone', at: number): void {
    this.#run('UPDATE operation SET phase = ?, ended = ? WHERE id = ?', phase, at, operation);
    this.#run('DELETE FROM change WHERE operation = ?', operation);
  }

  #transaction<T>(work: () => T): T {
    try {
      this.#database.exec('BEGIN IMMEDIATE');
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      // A full disk has rolled it back already, and why it failed is what matters.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw unwritable(this.#file, error);
    }
  }

  readonly #run: Run = (sql, ...values) => {
    try {
      return this.#database.prepare(sql).run(...values);
    } catch (error) {
      throw unwritable(this.#file, error);
    }
  };

  #all(sql: string, ...values: SQLInputValue[]): Record<string, SQLOutputValue>[] {
    return this.#database.prepare(sql).all(...values);
  }
}
