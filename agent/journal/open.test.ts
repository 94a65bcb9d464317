import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { Journal } from './journal.ts';

it('a journal that two processes make at once is made once', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stopgap-open-'));
  const file = path.join(folder, 'journal.sqlite');
  const program = `
    import { DatabaseSync } from 'node:sqlite';
    import { schema } from ${JSON.stringify(path.join(import.meta.dirname, 'schema.ts'))};
    const database = new DatabaseSync(${JSON.stringify(file)});
    database.exec('PRAGMA journal_mode = WAL; BEGIN IMMEDIATE;' + schema + 'PRAGMA user_version = 1');
    console.log('made, and not yet said');
    setTimeout(() => database.exec('COMMIT'), 300);`;
  const other = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(other, 'exit');
  await once(other.stdout, 'data');
  Journal.open(file).close();
  await ended;
  expect(fs.readdirSync(folder).filter((name) => name.includes('damaged'))).toEqual([]);
  fs.rmSync(folder, { recursive: true });
});
