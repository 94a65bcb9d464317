import * as fs from 'node:fs';
import * as os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyFileOf, emptyCopy } from './copy.ts';
import { Journal } from './journal.ts';
import type { Held } from './records.ts';

let folder: string;
const file = () => path.join(folder, 'journal.sqlite');
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stopgap-journal-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const held = (mitigation: string): Held => ({
  mitigation,
  revision: 1,
  source: 'test',
  origin: 'feed',
  mode: 'enforce',
  document: Buffer.from('<x/>'),
  since: 1,
  state: 'protected',
  reason: 'proven',
  proven: 2,
});
const change = {
  kind: 'file',
  host: 'h',
  path: '/f',
  before: null,
  after: { base64: 'eA==', mode: 0o644 },
  summary: 's',
} as const;
const operation = (mitigation: string) =>
  ({ kind: 'apply', mitigation, revision: 1, actor: 'me', reason: 'r', at: 1, changes: [change] }) as const;

describe('the journal', () => {
  it('that cannot be looked at is not taken for none', () => {
    fs.symlinkSync(file(), file());
    expect(() => Journal.openForReading(file())).toThrow(expect.objectContaining({ code: 'journal-unreadable' }));
  });

  it('is readable by its owner only', () => {
    Journal.open(file()).close();
    expect(fs.statSync(file()).mode & 0o777).toBe(0o600);
  });

  it('that cannot be opened anew for a while is opened as soon as it can be', () => {
    const journal = Journal.open(file());
    journal.putHeld(held('M1'));
    const away = `${folder}.away`;
    fs.renameSync(folder, away);
    for (let attempt = 0; attempt < 2; attempt++)
      expect(() => journal.reopenIfLost()).toThrow(expect.objectContaining({ code: 'journal-unreadable' }));
    fs.renameSync(away, folder);
    journal.reopenIfLost();
    expect(journal.held()).toEqual([{ ...held('M1'), document: new Uint8Array(held('M1').document) }]);
    journal.close();
  });

  it('keeps an intent with its changes until it has ended, also over a restart', () => {
    const first = Journal.open(file());
    const id = first.begin(operation('M1'));
    first.reach(id, 'performed');
    first.close();
    const second = Journal.open(file());
    expect(second.unfinished()).toMatchObject([{ id, mitigation: 'M1', phase: 'performed', changes: [change] }]);
    second.undone(id, 5);
    expect(second.unfinished()).toEqual([]);
    second.close();
  });

  it('makes the outcome true in the same step that ends the operation', () => {
    const journal = Journal.open(file());
    const id = journal.begin(operation('M1'));
    const claims = [{ host: 'h', thing: 'svc', state: 'running' }];
    journal.finish(id, 'M1', { at: 2, held: held('M1'), claims });
    expect(journal.held()).toMatchObject([{ mitigation: 'M1', document: new Uint8Array(Buffer.from('<x/>')) }]);
    expect(journal.claims('h')).toEqual(new Map([['svc', 'running']]));
    journal.finish(journal.begin(operation('M2')), 'M2', {
      at: 3,
      held: held('M2'),
      claims: [{ host: 'h', thing: 'svc', state: 'stopped' }],
    });
    journal.finish(journal.begin(operation('M1')), 'M1', { at: 4, held: undefined, claims: [] });
    expect(journal.claims('h')).toEqual(new Map([['svc', 'running']]));
    journal.finish(journal.begin(operation('M2')), 'M2', { at: 5, held: undefined, claims: [] });
    expect(journal.claims('h')).toEqual(new Map());
    journal.close();
  });

  it('is read beside a writer, without creating anything where there is none', () => {
    expect(Journal.openForReading(file())).toBeUndefined();
    expect(fs.existsSync(file())).toBe(false);
    const writer = Journal.open(file());
    writer.putNote('a', 'b');
    const reader = Journal.openForReading(file());
    expect(reader?.note('a')).toBe('b');
    reader?.close();
    writer.close();
  });

  it('says so when a newer Stopgap wrote it', () => {
    Journal.open(file()).close();
    const database = new DatabaseSync(file());
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(() => Journal.open(file())).toThrow(expect.objectContaining({ code: 'journal-newer' }));
    expect(() => Journal.openForReading(file())).toThrow(expect.objectContaining({ code: 'journal-newer' }));
  });

  it('keeps one that is damaged under another name, and begins a new one that says so', () => {
    const text = 'this is no database, and never was one; it only has the name of one'.repeat(50);
    fs.writeFileSync(file(), text);
    const journal = Journal.open(file());
    expect(journal.toRebuild).toMatch(/damaged \(.*\) and is kept as .*journal\.sqlite\.damaged-/);
    expect(journal.held()).toEqual([]);
    journal.close();
    const kept = fs.readdirSync(folder).filter((name) => name.includes('.damaged-'));
    expect(kept.map((name) => fs.readFileSync(path.join(folder, name), 'utf8'))).toEqual([text]);
  });

  it('does not take one that it may not open, or that is no file, for a damaged one', () => {
    fs.mkdirSync(file());
    expect(() => Journal.open(file())).toThrow(expect.objectContaining({ code: 'journal-unreadable' }));
    expect(fs.readdirSync(folder)).toEqual(['journal.sqlite']);
  });

  it('stands in a copy beside it, and a copy that somebody touched is not believed', () => {
    const journal = Journal.open(file());
    journal.restore(emptyCopy);
    const claims = [{ host: 'h', thing: 'svc', state: 'running' }];
    journal.finish(journal.begin(operation('M1')), 'M1', { at: 2, held: held('M1'), claims });
    journal.begin(operation('M2'));
    const copy = journal.readCopy();
    expect(copy).toMatchObject({
      held: [{ ...held('M1'), document: new Uint8Array(Buffer.from('<x/>')) }],
      things: [{ host: 'h', thing: 'svc', before: 'running', claimants: ['M1'] }],
      open: [{ mitigation: 'M2', changes: [change] }],
    });
    const other = Journal.open(path.join(folder, 'other.sqlite'));
    other.restore(copy ?? emptyCopy);
    expect([other.held(), other.claims('h'), other.unfinished().length]).toEqual([
      journal.held(),
      journal.claims('h'),
      1,
    ]);
    expect(fs.statSync(copyFileOf(file())).mode & 0o777).toBe(0o600);
    const text = fs.readFileSync(copyFileOf(file()), 'utf8');
    for (const damaged of [text.replace('running', 'stopped'), text.slice(0, -9), '', `x${text}`]) {
      fs.writeFileSync(copyFileOf(file()), damaged);
      expect(journal.readCopy()).toBeUndefined();
    }
    other.close();
    journal.close();
  });

  it('answers the newest entries of the audit trail first', () => {
    const journal = Journal.open(file());
    for (const mitigation of ['A', 'B', 'A'])
      journal.record({ at: 1, actor: 'me', event: 'applied', mitigation, revision: 1, detail: 'd' });
    expect(journal.history(2).map((entry) => entry.mitigation)).toEqual(['A', 'B']);
    expect(journal.history(9, 'A')).toHaveLength(2);
    journal.close();
  });
});
