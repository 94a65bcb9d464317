import { spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemFiles } from '@stopgap/machine';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  addTarget,
  memoryFileOf,
  newKey,
  openProposal,
  proposalText,
  proposeFirst,
  publishFeed,
  readSignatureFile,
  serveFeed,
  signAsHolder,
  tufSource,
} from '../index.ts';
import { holder } from '../testing/ceremony.ts';
import { cheapenKeys, madeFeed, openKey } from '../testing/feed.ts';
import { looked } from '../testing/reader.ts';
import { passphrase, temporaryFolder } from '../testing/temporary.ts';

const kills = Number(process.env.STOPGAP_KILLS ?? 25);
const script = path.join(import.meta.dirname, '../testing/publisher-to-kill.ts');
const signing = path.join(import.meta.dirname, '../testing/holder-to-kill.ts');

/** Starts a process and kills it without warning at some instant after it has said that it begins. */
async function startAndKill(...args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`it ended by itself with ${code}: ${said}`)));
  });
  await sleep(Math.random() * 80);
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
  child.kill('SIGKILL');
  expect(await ended).toBe('SIGKILL');
}

describe('a publisher killed at any instant', () => {
  it(`leaves a whole version to readers, ${kills} times, and the next one goes on`, async () => {
    const { folder, root, signing } = await madeFeed();
    cheapenKeys(folder);
    const passphraseFile = path.join(temporaryFolder(), 'passphrase');
    systemFiles.write(passphraseFile, `${passphrase()}\n`);
    const server = await serveFeed(folder, { host: '127.0.0.1', port: 0 });
    onTestFinished(() => server.close());
    const reader = tufSource({
      name: 'test',
      url: server.url,
      root: root.bytes,
      stateFolder: temporaryFolder(),
      proxy: 'direct',
    });
    let { version } = await looked(reader);
    for (let count = 0; count < kills; count += 1) {
      await startAndKill(script, folder, passphraseFile);
      const seen = await looked(reader);
      const text = (name: string) => seen.documents.find((document) => document.name === name)?.bytes.toString();
      expect(text('left.xml')).toBe(text('right.xml'));
      expect(seen.version).toBeGreaterThanOrEqual(version);
      version = seen.version;
    }
    await addTarget(folder, 'last.xml', Buffer.from('<last/>'));
    await publishFeed(folder, signing);
    const last = await looked(reader);
    expect(last.documents.map(({ name }) => name)).toContain('last.xml');
    console.log(`${kills} kills, ${last.version} versions`);
  });
});

describe('a holder killed at any instant', () => {
  it('leaves a whole signature file or none, and signs again', async () => {
    const folder = temporaryFolder();
    const at = (name: string) => path.join(folder, name);
    systemFiles.write(at('passphrase'), `${passphrase()}\n`);
    const anna = await newKey(at('anna.pem'), { holder: 'anna', passphrase });
    const five = [anna, ...['bert', 'carla', 'dirk', 'eva'].map(holder)];
    const proposal = await proposeFirst(path.join(folder, 'feed'), { name: 'test', passphrase, holders: five });
    systemFiles.write(at('first.proposal'), proposalText(proposal));
    let whole = 0;
    for (let count = 0; count < Math.ceil(kills / 5); count += 1) {
      await startAndKill(signing, at('first.proposal'), at('anna.pem'), at('passphrase'), at('signature'));
      const state = systemFiles.read(at('signature'));
      if (!state) continue;
      expect(readSignatureFile(at('signature'), systemFiles).signatures).toHaveLength(2);
      whole += 1;
    }
    await signAsHolder(openProposal(at('first.proposal')), openKey(at('anna.pem')), {
      name: 'anna',
      memoryFile: memoryFileOf(at('anna.pem')),
      out: at('signature'),
    });
    const signatures = [readSignatureFile(at('signature'), systemFiles)];
    await expect(publishFeed(path.join(folder, 'feed'), { passphrase, signatures })).rejects.toMatchObject({
      message: expect.stringContaining('root has 1 of the 3 signatures'),
    });
    console.log(`${whole} whole signature files`);
  });
});
