import { DatabaseSync } from 'node:sqlite';
import { fs } from '@stopgap/machine/node';
import { schema } from './schema.ts';

/** A file that is no journal, or not a whole one; nothing in it may be believed. */
export class Damage extends Error {}

/** SQLITE_CORRUPT and SQLITE_NOTADB (https://www.sqlite.org/rescode.html), extended codes in the higher bits. */
const damageCodes: ReadonlySet<number> = new Set([11, 26]);

/** Whether an error says that the file is damaged, rather than locked, forbidden or without space. */
export function isDamage(error: unknown): boolean {
  if (error instanceof Damage) return true;
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0;
  return damageCodes.has(code & 0xff);
}

/** Reads the whole file once. Throws `Damage`, or what SQLite throws. */
export function refuseDamage(database: DatabaseSync): void {
  const said = database.prepare('PRAGMA quick_check(1)').get()?.quick_check;
  if (said !== 'ok') throw new Damage(String(said));
  const sound = new DatabaseSync(':memory:');
  try {
    sound.exec(schema);
    for (const [table, columns] of columnsOf(sound)) {
      const found = columnsOf(database).get(table);
      if (found !== columns) throw new Damage(`the table ${table} is ${found === undefined ? 'missing' : 'another'}`);
    }
  } finally {
    sound.close();
  }
}

/** Tells one file from another that is put in its place; `undefined`: there is none, or nothing in it. */
export function identityOf(file: string): string | undefined {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  return stat && stat.size > 0 ? `${stat.dev} ${stat.ino}` : undefined;
}

/** Whether an open database can be read to its end. Throws what is no damage. */
export function isReadable(database: DatabaseSync): boolean {
  try {
    return database.prepare('PRAGMA quick_check(1)').get()?.quick_check === 'ok';
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}

/** Names of the columns of each table, in order. */
export function columnsOf(database: DatabaseSync): ReadonlyMap<string, string> {
  const rows = database
    .prepare(
      `SELECT m.name AS name, group_concat(c.name || ' ' || c.type, ', ') AS columns
       FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' GROUP BY m.name`,
    )
    .all();
  return new Map(rows.map(({ name, columns }) => [String(name), String(columns)]));
}

/** Moves a damaged journal out of the way, with what SQLite keeps beside it; answers where it is now. */
export function setAside(file: string, now: number): string {
  const stamp = new Date(now).toISOString().replaceAll(/[:.]/g, '-');
  const aside = `${file}.damaged-${stamp}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (fs.existsSync(file + suffix)) fs.renameSync(file + suffix, aside + suffix);
  }
  return aside;
}
