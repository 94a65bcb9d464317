import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { initFeed, publishFeed } from '@stopgap/feed';
import { systemClock } from '@stopgap/machine';
import { describe, expect, it, onTestFinished } from 'vitest';
import { exit } from '../../exit.ts';
import { styleFor } from '../../print/style.ts';
import { serve } from './serve.ts';

const passphrase = () => 'correct horse battery staple';

/** Serves a feed that is out, to be renewed with a passphrase that is wrong; `at` answers once it is ready. */
async function serveWithWrongPassphrase(isTTY: boolean, at: (url: string) => Promise<void>) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'stopgap-cli-'));
  const { isTTY: before } = process.stdin;
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
    process.stdin.isTTY = before;
  });
  process.stdin.isTTY = isTTY;
  const feed = path.join(folder, 'feed');
  await initFeed(feed, { name: 'test', passphrase });
  await publishFeed(feed, { passphrase });
  const file = path.join(folder, 'passphrase');
  writeFileSync(file, 'another one\n', { mode: 0o600 });
  const stop = new AbortController();
  let told = '';
  const tell = (text: string) => {
    told += text;
    const [, url] = /ready.*(http:\S+?)"?\s/.exec(text) ?? [];
    if (url) void at(url).finally(() => stop.abort());
  };
  const context = {
    env: {},
    clock: systemClock,
    style: styleFor({}, {}),
    width: undefined,
    print: () => {},
    tell,
    signal: stop.signal,
    actor: 'anna',
  };
  const code = await serve([feed, '--port', '0', '--renew', '--passphrase-file', file], context);
  return { code, told };
}

describe('feed serve --renew with a passphrase that is wrong', () => {
  it('is refused where somebody is at the terminal', async () => {
    await expect(serveWithWrongPassphrase(true, async () => {})).rejects.toMatchObject({ code: 'passphrase-wrong' });
  });

  it('serves what is out where nobody is, and says that it cannot renew', async () => {
    let status = 0;
    const { code, told } = await serveWithWrongPassphrase(false, async (url) => {
      status = (await fetch(new URL('metadata/timestamp.json', url))).status;
    });
    expect([code, status]).toEqual([exit.ok, 200]);
    expect(told).toMatch(/could not be renewed now.*passphrase-wrong/);
  });
});
