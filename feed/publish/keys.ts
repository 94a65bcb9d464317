import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { canonicalize } from '@tufjs/canonical-json';
import { Key } from '@tufjs/models';
import { FeedError } from '../errors.ts';

/** Ed25519 for files; ECDSA on P-256 is what hardware tokens and PKCS#11 modules can do. */
export type KeyType = 'ed25519' | 'ecdsa-p256';

/** Whatever can sign: a key file today, a token or a command tomorrow. */
export interface Signer {
  readonly key: Key;
  /** Signature over the bytes, as the key's scheme asks for (Ed25519 raw, ECDSA in DER). */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** A new private key. */
export function createKey(type: KeyType): KeyObject {
  if (type === 'ed25519') return generateKeyPairSync('ed25519').privateKey;
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
}

/**
 * The public half in TUF's form; the key id is the SHA-256 of its canonical JSON (specification, section 4.2.1).
 * Throws `key-missing` for a key of another kind.
 */
export function tufKey(key: KeyObject): Key {
  const fields = publicFields(key.type === 'private' ? createPublicKey(key) : key);
  const keyID = createHash('sha256').update(canonicalize(fields)).digest('hex');
  return new Key({ keyID, keyType: fields.keytype, scheme: fields.scheme, keyVal: fields.keyval });
}

function publicFields(key: KeyObject): { keytype: string; scheme: string; keyval: { public: string } } {
  if (key.asymmetricKeyType === 'ed25519') {
    const raw = key.export({ type: 'spki', format: 'der' }).subarray(-32);
    return { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: raw.toString('hex') } };
  }
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') {
    const pem = key.export({ type: 'spki', format: 'pem' }).toString();
    return { keytype: 'ecdsa', scheme: 'ecdsa-sha2-nistp256', keyval: { public: pem } };
  }
  throw new FeedError('key-missing', `a ${key.asymmetricKeyType} key cannot sign a feed; use Ed25519 or ECDSA P-256`);
}

/** A signer that holds the private key in memory. */
export function memorySigner(privateKey: KeyObject): Signer {
  const key = tufKey(privateKey);
  const digest = key.keyType === 'ed25519' ? null : 'sha256';
  return { key, sign: async (bytes) => sign(digest, bytes, privateKey) };
}

/** Opens what `encryptedPkcs8` or `openssl pkcs8 -topk8` wrote. `place` names the file in errors. Throws `passphrase-wrong`. */
export function decryptKey(pem: string, passphrase: string, place: string): KeyObject {
  try {
    return createPrivateKey({ key: pem, format: 'pem', passphrase });
  } catch (error) {
    throw new FeedError('passphrase-wrong', `the passphrase does not open ${place}, or the file is damaged`, error);
  }
}
