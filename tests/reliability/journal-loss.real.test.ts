import * as fs from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyFileOf } from '../../agent/journal/copy.ts';
import { Trial } from './fault-loop.ts';
import { kinds } from './kinds.ts';

/** What becomes of a journal on a bad disk, or in clumsy hands. */
const losses: readonly (readonly [string, (file: string) => void])[] = [
  ['is deleted', (file) => fs.rmSync(file)],
  ['has no bytes left', (file) => fs.truncateSync(file)],
  ['is cut in the middle', (file) => fs.truncateSync(file, Math.floor(fs.statSync(file).size / 2))],
  ['begins with other bytes', (file) => overwrite(file, 0, 200)],
  ['has other bytes in the middle', (file) => overwrite(file, 4096 + 8, 4096 * 3)],
  ['is a text', (file) => fs.writeFileSync(file, 'this is no database, and it never was one\n'.repeat(200))],
  ['is another database', (file) => anotherDatabase(file, 'CREATE TABLE operation (id INTEGER)')],
  [
    'is another database of the same version',
    (file) => anotherDatabase(file, 'PRAGMA user_version = 1; CREATE TABLE held (x TEXT)'),
  ],
];
const counts = { rebuilt: 0, fromHosts: 0 };

let trial: Trial;
afterEach(() => trial.server.close());
afterAll(() => {
  console.info(
    `journals lost: ${counts.rebuilt} rebuilt from their copy, ${counts.fromHosts} from what stands on the hosts`,
  );
});

describe.each(kinds.map((kind, n) => ({ ...kind, tried: n === 0 ? losses : losses.slice(0, 1) })))(
  'the journal of $name',
  (kind) => {
    beforeEach(async () => {
      trial = await Trial.start(kind);
    });

    it.each(kind.tried)(
      'that %s is rebuilt from its copy: nothing is applied twice, and all comes off as it was',
      async (_, lose) => {
        const { server } = trial;
        await trial.bring(['first', 'second']);
        const standing = server.snapshot();
        const before = server.held();
        lose(server.journalFile);
        await server.look();
        expect(server.held()).toBe(before);
        expect(server.snapshot()).toEqual(standing);
        const events = server.read((journal) => journal.history(20).map(({ event }) => event));
        expect(events).toContain('rebuilt');
        expect(events.filter((event) => ['applied', 'repaired', 'removed', 'undone'].includes(event))).toEqual([]);
        await trial.bring(['second']);
        await trial.expectWhole('one of two went off');
        await trial.bring([]);
        trial.expectRestored();
        counts.rebuilt++;
      },
    );

    it('that is lost with its copy is rebuilt from what stands, and what no feed offers comes off', async () => {
      const { server } = trial;
      const original = server.snapshot();
      await trial.bring(['first', 'second']);
      const standing = server.snapshot();
      const before = server.held();
      loseBoth(server.journalFile);
      await server.look();
      expect(server.held()).toBe(before);
      expect(server.snapshot()).toEqual(standing);
      loseBoth(server.journalFile);
      trial.offer(['second']);
      await server.look();
      expect(server.held()).toBe('TEST-two/1');
      await trial.bring([]);
      const known = (snapshot: ReadonlyMap<string, string>) =>
        [...snapshot].filter(([name]) => kind.unknowable?.entries.test(name) !== true);
      expect(known(server.snapshot())).toEqual(known(original));
      expect([await server.complaints(), await server.stale()]).toEqual([[], 0]);
      counts.fromHosts++;
    });

    it('that is lost in the middle of a change is rebuilt, and the change is taken back', async () => {
      const { server } = trial;
      for (let at = 5; at < 60; at += 6) {
        await trial.bring(['first']);
        trial.offer(['first', 'second']);
        const met = await trial.kill(at);
        fs.rmSync(server.journalFile);
        server.elapsed += 1000;
        await server.look();
        await trial.expectWhole(`killed at ${met}, then lost`);
        await trial.bring([]);
        trial.expectRestored();
        counts.rebuilt++;
        if (met === undefined) break;
      }
    });
  },
);

function overwrite(file: string, at: number, length: number): void {
  const fd = fs.openSync(file, 'r+');
  fs.writeSync(fd, Buffer.alloc(length, 0xa5), 0, length, at);
  fs.closeSync(fd);
}

function anotherDatabase(file: string, sql: string): void {
  fs.rmSync(file);
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

function loseBoth(file: string): void {
  fs.rmSync(file);
  fs.rmSync(copyFileOf(file));
}
