import * as fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exchangeFiles, hasExchange } from '../../hosts/iis/testing/exchange.ts';
import { checkout, stopgap } from './command-line.ts';
import { temporaryFolder } from './trial.ts';

const applying = ['CVE-2022-41040', 'CVE-2026-42897'];
const documentOf = (id: string) => path.join(checkout, 'catalog', id, 'mitigation.xml');

describe.skipIf(!hasExchange)(
  'the files of an Exchange server that is not running (skipped where they are not at hand)',
  () => {
    let image: string;
    let state: string;
    let before: ReadonlyMap<string, string>;

    beforeEach(() => {
      [image, state] = [temporaryFolder(), temporaryFolder()];
      for (const [file, bytes] of exchangeFiles()) {
        const place = path.join(image, file);
        fs.mkdirSync(path.dirname(place), { recursive: true });
        fs.writeFileSync(place, bytes);
      }
      before = bytesOf(image);
    });
    afterEach(() => {
      for (const folder of [image, state]) fs.rmSync(folder, { recursive: true, force: true });
    });

    const onImage = (...args: string[]) =>
      stopgap(state, ...args, '--root', image, '--product', 'exchange=15.2.1118.9');
    const changed = () =>
      [...bytesOf(image)]
        .filter(([file, bytes]) => before.get(file) !== bytes)
        .map(([file]) => path.relative(image, file));

    it('take mitigations and give them back, every byte as it was', async () => {
      for (const id of applying) expect(await onImage('apply', '--file', documentOf(id))).toMatchObject({ code: 0 });
      expect(changed().map((file) => file.split('/').slice(-2).join('/'))).toEqual([
        'owa/web.config',
        'wwwroot/web.config',
      ]);
      const { out } = await stopgap(state, 'status');
      for (const id of applying) expect(out).toMatch(new RegExp(`${id} +\\d+ +applied .*cannot be proven`));
      expect((await onImage('plan')).out).toBe('nothing to do: everything is as it should be\n');
      for (const id of applying) expect(await onImage('remove', id)).toMatchObject({ code: 0 });
      expect(changed()).toEqual([]);
    });

    it('are not taken for others: a folder without a server, and another server with the same state folder', async () => {
      const [empty, other] = [temporaryFolder(), temporaryFolder()];
      try {
        fs.cpSync(image, other, { recursive: true });
        expect(await onImage('apply', '--file', documentOf('CVE-2022-41040'))).toMatchObject({ code: 0 });
        const removeFrom = (root: string) =>
          stopgap(state, 'remove', 'CVE-2022-41040', '--root', root, '--product', 'exchange=15.2.1118.9');
        expect(await removeFrom(empty)).toMatchObject({ code: 2, err: expect.stringContaining('is this IIS?') });
        expect(await removeFrom(other)).toMatchObject({ code: 2, err: expect.stringContaining('--state-dir') });
        fs.renameSync(image, `${image}-moved`);
        expect(await removeFrom(`${image}-moved`)).toMatchObject({ code: 0 });
        fs.renameSync(`${image}-moved`, image);
        expect(changed()).toEqual([]);
      } finally {
        for (const folder of [empty, other]) fs.rmSync(folder, { recursive: true, force: true });
      }
    });

    it('are left alone by what does not apply to them, and by what needs services', async () => {
      const fixed = await onImage('apply', '--file', documentOf('CVE-2021-26855'));
      expect([fixed.code, fixed.err]).toEqual([1, expect.stringContaining('fixed in 15.2.858.5, this is 15.2.1118.9')]);
      const old = await stopgap(
        state,
        'apply',
        '--file',
        documentOf('CVE-2021-27065'),
        '--root',
        image,
        '--product',
        'exchange=15.2.792.3',
      );
      expect([old.code, old.err]).toEqual([1, expect.stringContaining('unsupported')]);
      expect(changed()).toEqual([]);
    });
  },
);

function bytesOf(folder: string): ReadonlyMap<string, string> {
  const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files
      .map((entry): [string, string] => [
        path.join(entry.parentPath, entry.name),
        fs.readFileSync(path.join(entry.parentPath, entry.name), 'base64'),
      ])
      .sort(),
  );
}
