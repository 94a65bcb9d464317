import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { systemFiles } from './files.ts';

it.skipIf(process.platform === 'win32')(
  'a named pipe in place of a file is an error, and nothing that we wait for',
  () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stopgap-pipe-'));
    const pipe = path.join(folder, 'web.config');
    execFileSync('mkfifo', [pipe]);
    expect(() => systemFiles.read(pipe)).toThrow(`cannot read ${pipe}: it is not a regular file`);
    fs.rmSync(folder, { recursive: true });
  },
);
