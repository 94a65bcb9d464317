import * as fs from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Journal } from '../journal/journal.ts';
import type { JournalFacts } from './facts.ts';

/** Reads the journal as a whole, beside a running agent. Never throws, and changes nothing. */
export function journalFactsOf(file: string): JournalFacts {
  try {
    if (!isThere(file)) return { kind: 'absent' };
    const journal = Journal.openForReading(file);
    if (!journal) return { kind: 'absent' };
    try {
      const broken = defects(file);
      if (broken !== undefined) return { kind: 'unusable', why: `${file} is damaged: ${broken}` };
      const looked = Number(journal.note('looked') ?? 0);
      return {
        kind: 'usable',
        bytes: sizeOf(file),
        open: journal.unfinished().length,
        looked: looked > 0 ? looked : undefined,
        started: journal.history(500).find(({ event }) => event === 'started')?.at,
        trouble: journal.note('trouble') ?? '',
        held: journal.held().length,
      };
    } finally {
      journal.close();
    }
  } catch (error) {
    return { kind: 'unusable', why: error instanceof Error ? error.message : String(error) };
  }
}

/** Throws where that may not be known. */
function isThere(file: string): boolean {
  return fs.statSync(file, { throwIfNoEntry: false }) !== undefined;
}

/** What SQLite finds wrong in its pages and indexes; `undefined`: nothing. */
function defects(file: string): string | undefined {
  return asking(file, 'PRAGMA quick_check(5)', (rows) => {
    const words = rows.map((row) => String(row.quick_check));
    return words.length === 1 && words[0] === 'ok' ? undefined : words.join('; ').replace(/\s+/g, ' ');
  });
}

function sizeOf(file: string): number {
  return asking(file, 'SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size', ([row]) =>
    Number(row?.bytes ?? 0),
  );
}

function asking<T>(file: string, sql: string, read: (rows: Record<string, unknown>[]) => T): T {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 2000 });
  try {
    return read(database.prepare(sql).all());
  } finally {
    database.close();
  }
}
