import * as fs from 'node:fs';
import path from 'node:path';
import { systemFiles, systemFolders } from '@stopgap/machine';
import { inMemory } from '@stopgap/machine/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FileContent } from '../host.ts';
import { composeOwnFile, holdsLines, inspectOwnFile, type Move, moveOwnFile } from './index.ts';

const bytesOf = ({ base64 }: FileContent) => Buffer.from(base64, 'base64');
const [one, two] = ['one', 'two'].map((key) => composeOwnFile(`${holdsLines([key])}body of ${key}\n`)) as [
  FileContent,
  FileContent,
];

describe('a file of ours', () => {
  it('says what it holds, and that nobody has changed it', () => {
    const rest = '# stopgap holds one\nbody of one\n';
    expect(inspectOwnFile(bytesOf(one))).toEqual({ kind: 'ours', intact: true, holds: ['one'], rest });
    const touched = Buffer.concat([bytesOf(one), Buffer.from('#')]);
    expect(inspectOwnFile(touched)).toMatchObject({ kind: 'ours', intact: false, holds: ['one'] });
  });

  it('is told from a stranger’s, and from none', () => {
    expect(inspectOwnFile(undefined)).toEqual({ kind: 'missing' });
    for (const text of ['', 'server {}\n', '# Written by Stopgap\n', '# Written by Stopgap\n# stopgap digest 12\n']) {
      expect(inspectOwnFile(Buffer.from(text)), text).toEqual({ kind: 'foreign' });
    }
  });
});

describe('moving a file of ours', () => {
  let folder = '';
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(inMemory, 'stopgap-rule-files-'));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const at = () => path.join(folder, 'stopgap', 'http.conf');
  const put = (bytes: Uint8Array) => {
    fs.mkdirSync(path.dirname(at()), { recursive: true });
    fs.writeFileSync(at(), bytes);
  };
  const move = (way: Omit<Move, 'path'>, ownFolder = true) =>
    moveOwnFile({ path: at(), ...way }, systemFiles, systemFolders, { setting: '"folder"', ownFolder });

  it('makes its folder with it and takes it away with it, twice as well as once', () => {
    for (let time = 0; time < 2; time++) move({ from: null, to: one, undoing: false });
    expect([fs.readFileSync(at()), fs.statSync(at()).mode & 0o777]).toEqual([bytesOf(one), 0o644]);
    for (let time = 0; time < 2; time++) move({ from: null, to: one, undoing: true });
    for (let time = 0; time < 2; time++) move({ from: one, to: null, undoing: false });
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it('leaves a folder that is not ours', () => {
    put(bytesOf(one));
    move({ from: one, to: null, undoing: false }, false);
    expect(fs.readdirSync(folder)).toEqual(['stopgap']);
  });

  it('overwrites what somebody changed in it', () => {
    put(Buffer.concat([bytesOf(one), Buffer.from('mine\n')]));
    move({ from: one, to: two, undoing: false });
    expect(fs.readFileSync(at())).toEqual(bytesOf(two));
  });

  it('never touches a stranger’s file in its place, and names the setting', () => {
    put(Buffer.from('mine\n'));
    expect(() => move({ from: one, to: two, undoing: false })).toThrow(
      expect.objectContaining({ code: 'changed-meanwhile', message: expect.stringMatching(/or set "folder"$/) }),
    );
    move({ from: one, to: null, undoing: true });
    expect(fs.readFileSync(at(), 'utf8')).toBe('mine\n');
  });

  it('takes back nothing where another generation of ours stands', () => {
    put(bytesOf(two));
    move({ from: one, to: null, undoing: true });
    expect(fs.readFileSync(at())).toEqual(bytesOf(two));
  });
});
