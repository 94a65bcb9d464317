import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { Key } from '@tufjs/models';

/** An Ed25519 SubjectPublicKeyInfo up to the key itself (RFC 8410, section 4). */
const ed25519Prefix = Buffer.from('302a300506032b6570032100', 'hex');

/** A public key from TUF's form: hexadecimal for Ed25519, else PEM. Throws what is wrong with it. */
export function publicKeyObject(type: string, value: string): KeyObject {
  if (type !== 'ed25519') return createPublicKey(value);
  if (!/^[0-9a-f]{64}$/.test(value)) throw new Error('an Ed25519 key has 64 hexadecimal digits');
  const der = Buffer.concat([ed25519Prefix, Buffer.from(value, 'hex')]);
  return createPublicKey({ key: der, format: 'der', type: 'spki' });
}

/** Whether the signature over the bytes was made by the key. Never throws. */
export function verifies(key: Key, bytes: Uint8Array, signature: Uint8Array): boolean {
  try {
    const object = publicKeyObject(key.keyType, key.keyVal.public ?? '');
    return verify(key.keyType === 'ed25519' ? null : 'sha256', bytes, object, signature);
  } catch {
    return false;
  }
}
