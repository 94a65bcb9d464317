import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  addTarget,
  newKey,
  proposalText,
  proposeFeed,
  proposeFirst,
  publishFeed,
  readPublicKey,
  readSignatureFile,
} from '@stopgap/feed';
import { systemClock, systemFiles } from '@stopgap/machine';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Context } from '../../context.ts';
import { styleFor } from '../../print/style.ts';
import { sign } from './sign.ts';

const passphrase = () => 'correct horse battery staple';

/** A context that notes what is said. */
function noted() {
  const said = { out: '', err: '' };
  const context: Context = {
    env: {},
    clock: systemClock,
    style: styleFor({}, {}),
    width: undefined,
    print: (text) => {
      said.out += text;
    },
    tell: (text) => {
      said.err += text;
    },
    signal: new AbortController().signal,
    actor: 'anna',
  };
  return { said, context };
}

/** A feed with one holder, anna, that is out, and a proposal to add `bytes` to it as `x.xml`. */
async function proposed(bytes: Uint8Array) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'stopgap-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const at = (name: string) => path.join(folder, name);
  writeFileSync(at('passphrase'), `${passphrase()}\n`, { mode: 0o600 });
  const anna = await newKey(at('anna.pem'), { holder: 'anna', passphrase });
  const first = await proposeFirst(at('feed'), { name: 'test', passphrase, holders: [anna] });
  const options = ['--key', at('anna.pem'), '--passphrase-file', at('passphrase'), '--yes'];
  writeFileSync(at('first.proposal'), proposalText(first));
  await sign([at('first.proposal'), ...options], noted().context);
  const signatures = [readSignatureFile(at('first.anna.signature'), systemFiles)];
  await publishFeed(at('feed'), { passphrase, signatures });
  await addTarget(at('feed'), 'x.xml', bytes);
  const { proposal } = await proposeFeed(at('feed'), {});
  writeFileSync(at('x.proposal'), proposalText(proposal));
  return { at, run: (context: Context) => sign([at('x.proposal'), ...options], context) };
}

const document = readFileSync(path.join(import.meta.dirname, '../../../catalog/PING1/mitigation.xml'));

describe('stopgap feed sign', () => {
  it('shows what is signed, by id, revision, expiry and hash, and by whose keys', async () => {
    const { at, run } = await proposed(document);
    const { said, context } = noted();
    expect(await run(context)).toBe(0);
    expect(said.out).toMatch(/targets version 2, after 1; good until 20/);
    expect(said.out).toMatch(/\+ x\.xml: PING1 revision 1: Heartbeat\n {4}SHA-256 [0-9a-f]{64}\n {4}expires 20/);
    const { key } = readPublicKey(at('anna.pub.json'), systemFiles);
    expect(said.out).toContain(`signed by 1 of anna (${key.keyID.slice(0, 8)})`);
    expect(readSignatureFile(at('x.anna.signature'), systemFiles).signatures).toMatchObject([{ role: 'targets' }]);
  });

  it('signs nothing that must not be published, whatever the publisher’s machine lets through', async () => {
    const { at, run } = await proposed(Buffer.from('<mitigation/>'));
    const { said, context } = noted();
    await expect(run(context)).rejects.toThrow(/not signed, for this must not be published: x.xml: /);
    expect(said.out).toContain('+ x.xml: NOT A MITIGATION');
    expect(systemFiles.read(at('x.anna.signature'))).toBeUndefined();
  });
});
