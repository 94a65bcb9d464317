import { constants, createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { canonicalize } from '@tufjs/canonical-json';
import { Key } from '@tufjs/models';
import { tufKey } from '../publish/keys.ts';

/** Kinds of key that other publishers than ours use, in the forms in which their metadata has them. */
export type ForeignKey = 'rsa' | 'ecdsa-p384';

/** A new private key of a kind that our publisher does not make. */
export function foreignKey(kind: ForeignKey): KeyObject {
  if (kind === 'rsa') return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  return generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).privateKey;
}

/** The public half in TUF's form, of our kinds of key and of others. */
export function testKey(key: KeyObject): Key {
  const scheme = schemeOf(key);
  if (scheme === undefined) return tufKey(key);
  const spki = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
  const fields = { keytype: key.asymmetricKeyType === 'rsa' ? 'rsa' : 'ecdsa', scheme, keyval: { public: spki } };
  const keyID = createHash('sha256').update(canonicalize(fields)).digest('hex');
  return new Key({ keyID, keyType: fields.keytype, scheme, keyVal: fields.keyval });
}

/** A signature in hexadecimal, as the key's scheme asks for. */
export function signatureBy(key: KeyObject, bytes: Uint8Array): string {
  if (key.asymmetricKeyType === 'ed25519') return sign(null, bytes, key).toString('hex');
  if (key.asymmetricKeyType !== 'rsa') {
    return sign(schemeOf(key) === undefined ? 'sha256' : 'sha384', bytes, key).toString('hex');
  }
  const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_DIGEST: saltLength } = constants;
  return sign('sha256', bytes, { key, padding, saltLength }).toString('hex');
}

function schemeOf(key: KeyObject): string | undefined {
  if (key.asymmetricKeyType === 'rsa') return 'rsassa-pss-sha256';
  return key.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? 'ecdsa-sha2-nistp384' : undefined;
}
