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

it.skipIf(process.getuid?.() !== 0)(
  'a link that another user planted where everybody may write is not followed',
  () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stopgap-link-'));
    fs.writeFileSync(path.join(folder, 'victim'), 'precious');
    const shared = path.join(folder, 'shared');
    fs.mkdirSync(shared);
    fs.chmodSync(shared, 0o1777);
    const link = path.join(shared, 'report.csv');
    fs.symlinkSync('../victim', link);
    systemFiles.write(link, 'mine');
    expect(fs.readFileSync(path.join(folder, 'victim'), 'utf8')).toBe('mine');
    fs.lchownSync(link, 4711, 4711);
    expect(() => systemFiles.write(link, 'theirs')).toThrow(/is a link of the user 4711 .* and is not followed/);
    expect(fs.readFileSync(path.join(folder, 'victim'), 'utf8')).toBe('mine');
    fs.rmSync(folder, { recursive: true });
  },
);

it.skipIf(process.platform === 'win32')('folders have the mode that was asked for, whatever the umask is', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stopgap-umask-'));
  const before = process.umask(0o077);
  try {
    systemFiles.makeFolder(path.join(folder, 'a', 'b'), 0o755);
    systemFiles.makeFolder(path.join(folder, 'a', 'b', 'c'));
  } finally {
    process.umask(before);
  }
  const modes = ['a', 'a/b', 'a/b/c'].map((name) => (fs.statSync(path.join(folder, name)).mode & 0o777).toString(8));
  expect(modes).toEqual(['755', '755', '700']);
  fs.rmSync(folder, { recursive: true });
});

it('a folder that cannot be made is said so', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stopgap-folder-'));
  const file = path.join(folder, 'file');
  fs.writeFileSync(file, '');
  expect(() => systemFiles.makeFolder(file)).toThrow(`cannot create the folder ${file}: there is a file of that name`);
  expect(() => systemFiles.makeFolder(path.join(file, 'a', 'b'))).toThrow(/cannot create the folder .*ENOTDIR/);
  if (process.platform === 'linux') expect(() => systemFiles.makeFolder('/proc/none/at/all')).toThrow(/ENOENT/);
  fs.rmSync(folder, { recursive: true });
});
