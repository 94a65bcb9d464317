import { createPrivateKey } from 'node:crypto';
import path from 'node:path';
import { systemFiles, systemFolders } from '@stopgap/machine';
import { addTarget, type EnrolledRoot, feedRoot, initFeed, publishFeed, type Signer } from '../index.ts';
import { decryptKey, memorySigner } from '../publish/keys.ts';
import { template } from './template.ts';
import { passphrase } from './temporary.ts';

/** A feed on disk with one document, `exchange/a.xml`, at version 2. */
export interface MadeFeed {
  readonly folder: string;
  readonly root: EnrolledRoot;
  /** All its keys, opened already: scrypt takes its time. */
  readonly signing: { readonly passphrase: () => string; readonly signers: readonly Signer[] };
}

const released = template(async (folder) => {
  await initFeed(folder, { name: 'test', passphrase });
  const keys = path.join(folder, 'keys');
  const signers = (systemFolders.list(keys) ?? []).map((name) => openKey(path.join(keys, name)));
  const signing = { passphrase, signers };
  await addTarget(folder, 'exchange/a.xml', Buffer.from('<a/>'));
  await publishFeed(folder, signing);
  return { root: feedRoot(folder), signing };
});

/** A copy of one feed, for this test alone. */
export async function madeFeed(): Promise<MadeFeed> {
  const { folder, made } = await released();
  return { folder, ...made };
}

/** Encrypts the key files anew with a derivation that takes no time. */
export function cheapenKeys(folder: string): void {
  for (const name of systemFolders.list(path.join(folder, 'keys')) ?? []) {
    const file = path.join(folder, 'keys', name);
    const key = createPrivateKey({ key: systemFiles.read(file)?.bytes ?? '', passphrase: passphrase() });
    const options = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: passphrase() } as const;
    systemFiles.write(file, key.export(options));
  }
}

/** Opens a key file of a test's feed. */
export function openKey(file: string): Signer {
  const pem = systemFiles.read(file)?.bytes.toString('utf8') ?? '';
  return memorySigner(decryptKey(pem, passphrase(), file));
}
