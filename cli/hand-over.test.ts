import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { handOver } from './hand-over.ts';

it('a bundle that is handed over takes the place of those of commands that were killed', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stopgap-hand-over-'));
  const dead = spawnSync(process.execPath, ['--version']).pid;
  const left = [`incoming-${dead}.bundle`, `.incoming-${dead}.bundle.0123456789ab.stopgap-tmp`];
  const kept = ['agent.json', `incoming-${process.ppid}.bundle`];
  for (const name of [...left, ...kept, 'given']) fs.writeFileSync(path.join(folder, name), name);
  const file = handOver(path.join(folder, 'given'), folder);
  expect(fs.readFileSync(file, 'utf8')).toBe('given');
  expect(fs.readdirSync(folder).sort()).toEqual([...kept, 'given', path.basename(file)].sort());
  fs.rmSync(folder, { recursive: true });
});
