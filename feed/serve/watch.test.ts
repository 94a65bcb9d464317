import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { silentLog, systemFiles } from '@stopgap/machine';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../testing/temporary.ts';
import { watchTimestamp } from './watch.ts';

const write = (folder: string, version: number) =>
  systemFiles.write(path.join(folder, 'timestamp.json'), JSON.stringify({ signed: { version } }));

/** A watched metadata folder with version 1, and the versions noticed since. */
function watched() {
  const folder = path.join(temporaryFolder(), 'metadata');
  mkdirSync(folder);
  write(folder, 1);
  const versions: number[] = [];
  const watch = watchTimestamp(folder, systemFiles, silentLog, (version) => versions.push(version));
  onTestFinished(() => watch.stop());
  const noticed = () => expect.poll(() => versions, { timeout: 15_000, interval: 10 });
  return { folder, watch, noticed };
}

describe('the watch on the timestamp', () => {
  it('knows the version that is out, and notices each new one once', async () => {
    const { folder, watch, noticed } = watched();
    expect(watch.version).toBe(1);
    write(folder, 2);
    await noticed().toEqual([2]);
    write(folder, 2);
    write(folder, 3);
    await noticed().toEqual([2, 3]);
    expect(watch.version).toBe(3);
  });

  it('takes what cannot be read for no news', async () => {
    const { folder, watch, noticed } = watched();
    writeFileSync(path.join(folder, 'timestamp.json'), '{"signed":');
    rmSync(path.join(folder, 'timestamp.json'));
    write(folder, 2);
    await noticed().toEqual([2]);
    expect(watch.version).toBe(2);
  });

  it('goes on when the whole folder is replaced by another', async () => {
    const { folder, noticed } = watched();
    mkdirSync(`${folder}-new`);
    write(`${folder}-new`, 2);
    renameSync(folder, `${folder}-old`);
    renameSync(`${folder}-new`, folder);
    await noticed().toEqual([2]);
    write(folder, 3);
    await noticed().toEqual([2, 3]);
  });
});
