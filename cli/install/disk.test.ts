import * as fs from 'node:fs';
import * as os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { systemDisk } from './disk.ts';

it.skipIf(process.platform === 'win32')('says of all that is below a folder who may change it', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stopgap-disk-'));
  fs.mkdirSync(path.join(folder, 'a'));
  fs.writeFileSync(path.join(folder, 'a', 'b'), '');
  fs.chmodSync(path.join(folder, 'a'), 0o777);
  fs.chmodSync(path.join(folder, 'a', 'b'), 0o600);
  fs.symlinkSync('/', path.join(folder, 'a', 'link'));
  const found = [...systemDisk.below(folder)].map(({ path: file, mode }) => [path.relative(folder, file), mode]);
  expect(found.sort()).toEqual([
    ['a', 0o777],
    ['a/b', 0o600],
    ['a/link', 0o755],
  ]);
  fs.rmSync(folder, { recursive: true });
});
