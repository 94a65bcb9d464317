import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { systemCommands, systemFiles } from '@stopgap/machine';
import { describe, expect, it } from 'vitest';
import { ceremony } from '../testing/ceremony.ts';
import { readerOf } from '../testing/published.ts';
import { looked } from '../testing/reader.ts';
import { passphrase, temporaryFolder } from '../testing/temporary.ts';
import { externalSigner } from './external-signer.ts';
import { feedRoot, proposeFirst, publishFeed, reviewProposal } from './index.ts';
import { signProposal } from './proposal/sign.ts';

const module_ = '/usr/lib/softhsm/libsofthsm2.so';
const page = path.join(import.meta.dirname, '../../docs/publishing.md');

/** A token of SoftHSM2 with an ECDSA P-256 key, and the signer that docs/publishing.md describes, over it. */
function token() {
  const folder = temporaryFolder();
  const conf = path.join(folder, 'softhsm2.conf');
  const tokens = path.join(folder, 'tokens');
  systemFiles.makeFolder(tokens);
  writeFileSync(conf, `directories.tokendir = ${tokens}\n`);
  const env = { ...process.env, SOFTHSM2_CONF: conf, PIN: '87654321', LC_ALL: 'C' };
  const run = (file: string, ...args: string[]) => execFileSync(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  run('softhsm2-util', '--init-token', '--free', '--label', 'anna', '--so-pin', '12345678', '--pin', '87654321');
  const tool = ['--module', module_, '--token-label', 'anna', '--login', '--pin', 'env:PIN'];
  run('pkcs11-tool', ...tool, '--keypairgen', '--key-type', 'EC:prime256v1', '--id', '01', '--label', 'anna');
  const der = run('pkcs11-tool', ...tool, '--read-object', '--type', 'pubkey', '--id', '01');
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  const pem = `-----BEGIN PUBLIC KEY-----\n${lines.join('\n')}\n-----END PUBLIC KEY-----\n`;
  writeFileSync(path.join(folder, 'anna.public.pem'), pem);
  writeFileSync(path.join(folder, 'anna.pin'), '87654321\n', { mode: 0o600 });
  const described = /```json\n(.*?)```/s.exec(readFileSync(page, 'utf8'))?.[1] ?? '';
  const file = path.join(folder, 'anna.signer.json');
  writeFileSync(file, described.replace('/home/anna/softhsm2.conf', conf));
  return { folder, file, signer: externalSigner(file, systemFiles, systemCommands) };
}

describe('a holder whose key is on a token (PKCS#11, SoftHSM2)', () => {
  it('signs a feed with the signer that the documentation describes, and readers follow', async () => {
    const { signer, folder } = token();
    const { five } = await ceremony();
    const feed = path.join(folder, 'feed');
    const [, bert, carla] = five;
    if (!bert || !carla) throw new Error('five holders');
    const proposal = await proposeFirst(feed, { name: 'token', passphrase, holders: [signer, bert, carla] });
    const review = reviewProposal(proposal, Date.now());
    const signatures = [
      await signProposal(proposal, review, signer, 'anna'),
      await signProposal(proposal, review, bert, 'bert'),
    ];
    await publishFeed(feed, { passphrase, signatures });
    const reader = await readerOf({ folder: feed, root: feedRoot(feed) });
    expect((await looked(reader)).version).toBe(1);
  });

  it('is told what the token says when the PIN is wrong, and nothing is signed', async () => {
    const { signer, folder } = token();
    writeFileSync(path.join(folder, 'anna.pin'), '00000000\n', { mode: 0o600 });
    await expect(signer.sign(Buffer.from('x'))).rejects.toMatchObject({
      code: 'signer-failed',
      message: expect.stringContaining('CKR_PIN_INCORRECT'),
    });
  });
});
