import path from 'node:path';
import { decryptKey, externalSigner, memorySigner, type Passphrase, type Signer } from '@stopgap/feed';
import { systemCommands, systemFiles } from '@stopgap/machine';
import type { Context } from '../../context.ts';
import { CliError } from '../../exit.ts';
import { passphraseFromDescriptor, passphraseSource } from './passphrase.ts';

/** Options of commands that open a holder's key. */
export const keyOptions = {
  key: { type: 'string' },
  signer: { type: 'string' },
  'passphrase-file': { type: 'string' },
  'passphrase-fd': { type: 'string' },
} as const;

interface Given {
  readonly key?: string | undefined;
  readonly signer?: string | undefined;
  readonly 'passphrase-file'?: string | undefined;
  readonly 'passphrase-fd'?: string | undefined;
}

/**
 * Where the passphrase of a holder's key comes from: a file, an open file descriptor, else the terminal. Not the environment: a
 * holder's machine has no reason to hold it where other processes of the user can read it.
 */
export function holderPassphrase(values: Given, context: Context): Passphrase {
  if (values['passphrase-fd'] !== undefined) return passphraseFromDescriptor(values['passphrase-fd']);
  return passphraseSource(values['passphrase-file'], { ...context, env: {} });
}

/** The holder's signer: a key file, or what a signer's description names. `place` is the file given. */
export async function holderSigner(values: Given, context: Context): Promise<Signer & { readonly place: string }> {
  const { key, signer } = values;
  if ((key === undefined) === (signer === undefined)) {
    throw new CliError('--key PEM or --signer FILE is needed, one of them; see: stopgap feed --help');
  }
  if (signer !== undefined) {
    const found = externalSigner(signer, systemFiles, systemCommands);
    return { key: found.key, sign: found.sign, place: signer };
  }
  const place = key ?? '';
  const state = systemFiles.read(place, 64 * 1024);
  if (!state) throw new CliError(`${place}: there is no such key`);
  const phrase = await holderPassphrase(values, context)(path.basename(place).replace(/\.pem$/, ''));
  const opened = memorySigner(decryptKey(state.bytes.toString('utf8'), phrase, place));
  return { key: opened.key, sign: opened.sign, place };
}
