import { type Files, systemFiles } from '@stopgap/machine';
import { FeedError } from '../errors.ts';
import { createKey, type KeyType, tufKey } from './keys.ts';
import { leastPassphraseLength, type Passphrase } from './passphrase.ts';
import { encryptedPkcs8 } from './pkcs8.ts';
import { holderPattern, type PublicKey, publicKeyText } from './public-key.ts';

/** A key to be made. */
export interface NewKeyOptions {
  readonly holder: string;
  readonly passphrase: Passphrase;
  /** Default `ed25519`. */
  readonly type?: KeyType;
  readonly files?: Files;
}

/**
 * Makes a holder's key: `file` is the private half as encrypted PKCS#8, readable by its owner alone; the public half, which
 * goes to the publisher, is `publicFileOf(file)`. Throws `key-exists`, `passphrase-weak`, `roles-invalid`.
 */
export async function newKey(file: string, options: NewKeyOptions): Promise<PublicKey> {
  const files = options.files ?? systemFiles;
  const { holder } = options;
  if (!holderPattern.test(holder)) {
    throw new FeedError(
      'roles-invalid',
      `${JSON.stringify(holder)}: a holder's name has small letters, digits and dashes`,
    );
  }
  for (const taken of [file, publicFileOf(file)]) {
    if (files.read(taken)) throw new FeedError('key-exists', `${taken} is there already; a key is never written over`);
  }
  const phrase = await strongPassphrase(options.passphrase, holder);
  const key = createKey(options.type ?? 'ed25519');
  const made = { holder, key: tufKey(key) };
  files.write(file, encryptedPkcs8(key, phrase), { mode: 0o600 });
  files.write(publicFileOf(file), publicKeyText(made), { mode: 0o644 });
  return made;
}

/** `anna.pub.json` beside `anna.pem`. */
export function publicFileOf(file: string): string {
  return `${file.replace(/\.pem$/, '')}.pub.json`;
}

/** The passphrase for a new key. Throws `passphrase-weak`. */
export async function strongPassphrase(passphrase: Passphrase, holder: string): Promise<string> {
  const phrase = await passphrase(holder);
  if (phrase.length >= leastPassphraseLength) return phrase;
  throw new FeedError(
    'passphrase-weak',
    `the passphrase of ${holder} is short; use ${leastPassphraseLength} characters or more`,
  );
}
