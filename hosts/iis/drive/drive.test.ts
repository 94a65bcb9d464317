import * as fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { systemFolders } from '@stopgap/machine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDrive } from './drive.ts';
import { usualVariables } from './windows-path.ts';

let root = '';
beforeAll(() => {
  root = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'stopgap-drive-'));
  for (const folder of ['Windows/System32', 'windows/temp', 'Program Files/A', 'outside-link-target'])
    fs.mkdirSync(path.join(root, 'c', folder), { recursive: true });
  fs.writeFileSync(path.join(root, 'c/Program Files/A/Web.Config'), '');
  fs.mkdirSync(path.join(root, 'elsewhere'));
  fs.symlinkSync(path.join(root, 'elsewhere'), path.join(root, 'c/out'));
  fs.symlinkSync(path.join(root, 'nothing'), path.join(root, 'c/dangling'));
});
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

const drive = (variables: ReadonlyMap<string, string> = usualVariables('C')) =>
  openDrive({ root: path.join(root, 'c'), variables, folders: systemFolders });

describe('a folder that stands for a drive', () => {
  it.each([
    ['C:\\Windows\\System32', 'Windows/System32'],
    ['c:/WINDOWS/system32/', 'Windows/System32'],
    ['C:\\WINDOWS\\Temp', 'windows/temp'],
    ['%SystemRoot%\\temp', 'windows/temp'],
    ['%programFILES%\\a\\web.config', 'Program Files/A/Web.Config'],
    ['\\\\?\\C:\\Program Files\\a', 'Program Files/A'],
    ['C:\\new\\Folder', 'new/Folder'],
    ['C:\\..\\..\\Windows\\.\\x\\..\\Temp', 'windows/temp'],
    ['C:', ''],
  ])('has %s at %s', (windowsPath, expected) => {
    expect(drive().find(windowsPath)).toBe(path.join(root, 'c', expected));
  });

  it.each([
    ['D:\\x\\y', 'on drive D:, which is not here; put its files under'],
    ['\\\\server\\share', 'on a share'],
    ['relative\\x', 'not an absolute path'],
    ['%NOBODY%\\x', 'the variable %NOBODY%'],
    ['C:\\out\\x', 'leads out of'],
    ['C:\\out\\x\\new', 'leads out of'],
    ['C:\\dangling', 'leads nowhere'],
    ['C:\\dangling\\x', 'leads nowhere'],
    ['C:\\OUT', 'by a link'],
  ])('does not have %s: %s', (windowsPath, problem) => {
    const found = drive().find(windowsPath);
    expect(found).toEqual({ problem: expect.stringContaining(problem) });
  });

  it('holds other drives in folders with their letters, or, where their folders are in it, those too', () => {
    fs.mkdirSync(path.join(root, 'c/d:/Data/Web'), { recursive: true });
    fs.mkdirSync(path.join(root, 'c/Data/Web'), { recursive: true });
    const { find, merged } = drive();
    expect(find('D:\\data\\web\\web.config')).toBe(path.join(root, 'c/d:/Data/Web/web.config'));
    expect([...merged]).toEqual([]);
    expect(find('e:\\data\\web\\web.config')).toBe(path.join(root, 'c/Data/Web/web.config'));
    expect([...merged]).toEqual(['E:']);
    expect(find('E:\\web.config')).toMatchObject({ problem: expect.stringContaining('E:') });
    expect(find('E:\\data\\nothing\\web.config')).toMatchObject({ problem: expect.stringContaining('E:') });
    fs.rmSync(path.join(root, 'c/d:'), { recursive: true });
    fs.rmSync(path.join(root, 'c/Data'), { recursive: true });
  });

  it('can stand for another letter', () => {
    expect(drive(usualVariables('E')).find('%windir%\\System32')).toBe(path.join(root, 'c/Windows/System32'));
  });
});

describe('the drives of a running Windows', () => {
  it('are taken as they are', () => {
    const { find, inside } = openDrive({ root: undefined, variables: usualVariables('C'), folders: systemFolders });
    expect(find('%windir%\\x')).toBe(path.join('C:\\', 'Windows', 'x'));
    expect(inside('/a', 'web.config')).toBe('/a/web.config');
  });

  it('have one file for all spellings of its name', () => {
    const { find, inside } = openDrive({ root: undefined, variables: usualVariables('C'), folders: systemFolders });
    const known = find('%SystemDrive%\\inetpub\\wwwroot\\web.config');
    expect(find('c:\\Inetpub\\WWWROOT\\Web.config')).toBe(known);
    expect(inside(path.join('C:\\', 'INETPUB', 'wwwroot'), 'Web.Config')).toBe(known);
  });
});
