import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fs } from '@stopgap/machine/node';
import { AgentError } from '../errors.ts';
import { columnsOf, Damage, isDamage, refuseDamage, setAside } from './damage.ts';
import { schema, schemaVersion } from './schema.ts';

/** Name of the note that says why a new journal has yet to learn what is in force; empty: it has. */
export const rebuildNote = 'rebuild';

/**
 * Opens the journal for writing, creating it (mode 0600) where there is none. One that is damaged is kept under another
 * name, and a new one says so in its note `rebuild`. Throws `journal-unreadable` when the file cannot be opened for another
 * reason (rights, a full disk) and `journal-newer` when a newer Stopgap wrote it.
 */
export function openJournalFile(file: string): DatabaseSync {
  try {
    return open(file, 'there was none');
  } catch (error) {
    if (!isDamage(error)) throw unreadable(file, error);
    const why = error instanceof Error ? error.message : String(error);
    try {
      const aside = setAside(file, Date.now());
      return open(file, `the one that was there is damaged (${why}) and is kept as ${aside}`);
    } catch (second) {
      throw unreadable(file, second);
    }
  }
}

function open(file: string, whyNew: string): DatabaseSync {
  if (!fs.existsSync(file)) fs.closeSync(fs.openSync(file, 'a', 0o600));
  const database = new DatabaseSync(file, { timeout: 5000 });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
    migrate(database, file, whyNew);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Opens the journal for reading only, or answers `undefined` where there is none yet. Never waits for a writer. Throws
 * `journal-unreadable` where it may not be looked at: that is not the same as none.
 */
export function openJournalForReading(file: string): DatabaseSync | undefined {
  try {
    if (fs.statSync(file, { throwIfNoEntry: false }) === undefined) return undefined;
    fs.accessSync(file, fs.constants.R_OK);
    const database = new DatabaseSync(file, { readOnly: true, timeout: 2000 });
    const version = versionOf(database);
    if (version === 0) {
      database.close();
      return undefined;
    }
    if (version > schemaVersion) throw newer(file, version);
    return database;
  } catch (error) {
    throw unreadable(file, error);
  }
}

function migrate(database: DatabaseSync, file: string, whyNew: string): void {
  if (versionOf(database) === 0) create(database, whyNew);
  const version = versionOf(database);
  if (version > schemaVersion) throw newer(file, version);
  refuseDamage(database);
}

/** Another process may be at the same: who comes second finds it done. */
function create(database: DatabaseSync, whyNew: string): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    if (versionOf(database) === 0) {
      if (columnsOf(database).size > 0) throw new Damage('it holds tables, but of no journal');
      database.exec(`${schema} PRAGMA user_version = ${schemaVersion};`);
      database.prepare('INSERT INTO note (name, value) VALUES (?, ?)').run(rebuildNote, whyNew);
    }
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
}

function newer(file: string, version: number): AgentError {
  return new AgentError(
    'journal-newer',
    `${file} was written by a newer Stopgap (journal version ${version}, this one knows ${schemaVersion}); update Stopgap`,
  );
}

function unreadable(file: string, error: unknown): AgentError {
  if (error instanceof AgentError) return error;
  const why = error instanceof Error ? error.message : String(error);
  const remedy = isDamage(error)
    ? '; the next look keeps it under another name and rebuilds it: stopgap check'
    : error instanceof Error && 'code' in error && error.code === 'EACCES'
      ? '; only root and the agent may read it: try again as root'
      : '';
  return new AgentError('journal-unreadable', `cannot open the journal ${file}: ${why}${remedy}`, error);
}

/** What is thrown where SQLite cannot write: `journal-unwritable`, with the place and the remedy. Other errors stay as they are. */
export function unwritable(file: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('errcode' in error)) return error;
  // SQLITE_BUSY, SQLITE_LOCKED and SQLITE_FULL (https://www.sqlite.org/rescode.html), extended codes in the higher bits.
  const code = Number(error.errcode) & 0xff;
  const remedies = new Map([
    [5, 'another process holds it; try again'],
    [6, 'another process holds it; try again'],
    [13, `make room on its disk: df ${path.dirname(file)}`],
  ]);
  const remedy = remedies.get(code) ?? 'see whether its disk is sound and can be written to';
  return new AgentError(
    'journal-unwritable',
    `cannot write to the journal ${file}: ${error.message}; ${remedy}`,
    error,
  );
}
