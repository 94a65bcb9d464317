import { anything, decodeJson, type Files, object, oneOf, text } from '@stopgap/machine';
import { Key } from '@tufjs/models';
import { FeedError } from '../errors.ts';
import { tufKey } from './keys.ts';
import { publicKeyObject } from './verify-signature.ts';

/** What a holder gives to the publisher: a name, and the public half of the key. No secret. */
export interface PublicKey {
  readonly holder: string;
  readonly key: Key;
}

/** The name of a person or of an online role, as it stands in tables and file names. */
export const holderPattern = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** The file, as `stopgap feed key new` writes it. */
export function publicKeyText({ holder, key }: PublicKey): string {
  const value = { format: 'stopgap-public-key-1', holder, keyId: key.keyID, key: key.toJSON() };
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

const decoder = object({ format: oneOf('stopgap-public-key-1'), holder: text(63), keyId: text(64), key: anything });

/** Reads the file. Throws `key-invalid`. */
export function readPublicKey(file: string, files: Files): PublicKey {
  const state = files.read(file, 16 * 1024);
  if (!state) throw new FeedError('key-missing', `${file}: there is no such file; its holder gives it to you`);
  try {
    const { holder, keyId, key } = decodeJson(state.bytes.toString('utf8'), file, decoder);
    if (!holderPattern.test(holder)) throw new Error(`${JSON.stringify(holder)} is no name of a holder`);
    return { holder, key: keyFromJson(keyId, key) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FeedError('key-invalid', `${file} is no public key of a holder: ${reason}`, error);
  }
}

/**
 * A key of TUF's form from outside, of one of the two kinds there are, and with the id that is its hash (specification,
 * section 4.2.1). Throws an error that says what is wrong.
 */
export function keyFromJson(keyId: string, value: unknown): Key {
  const fields = object({ keytype: text(20), scheme: text(40), keyval: object({ public: anything }) })(value, 'key');
  const given = fields.keyval.public;
  if (typeof given !== 'string' || given.length > 1000) throw new Error('key.keyval.public: expected a text');
  const key = Key.fromJSON(keyId, { ...fields, keyval: { public: given } });
  const again = tufKey(publicKeyObject(fields.keytype, given));
  if (!again.equals(key)) throw new Error(`the key id ${keyId.slice(0, 16)}… is not that of the key`);
  return key;
}

/** The hash of a text in groups of four digits, to be compared by eye or read out on the telephone. */
export function fingerprint(hex: string): string {
  return (hex.slice(0, 32).match(/.{1,4}/g) ?? []).join(' ');
}
