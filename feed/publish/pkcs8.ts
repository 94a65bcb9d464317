import { createCipheriv, type KeyObject, randomBytes, scryptSync } from 'node:crypto';
import { integer, octets, oid, pem, sequence } from '../der.ts';

/**
 * Cost of trying one passphrase: 16 MiB of memory and some 40 ms. What `openssl pkcs8 -topk8 -scrypt` takes too, and all
 * that OpenSSL will spend when it opens a key.
 */
const cost = { N: 16_384, r: 8, p: 1 };

/**
 * A private key as encrypted PKCS#8 in PEM: PBES2 with scrypt and AES-256-CBC (RFC 8018, RFC 7914 section 7). Node's own
 * `export` derives the key with 2,048 rounds of PBKDF2, which a stolen file does not withstand; OpenSSL and Node open both.
 */
export function encryptedPkcs8(key: KeyObject, passphrase: string): string {
  const plain = key.export({ type: 'pkcs8', format: 'der' });
  const salt = randomBytes(16);
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', scryptSync(passphrase, salt, 32, cost), iv);
  const encrypted = Buffer.concat([cipher.update(plain), cipher.final()]);
  const scrypt = sequence(
    oid('2b06010401da47040b'),
    sequence(octets(salt), integer(cost.N), integer(cost.r), integer(cost.p)),
  );
  const aes = sequence(oid('60864801650304012a'), octets(iv));
  const der = sequence(sequence(oid('2a864886f70d01050d'), sequence(scrypt, aes)), octets(encrypted));
  return pem('ENCRYPTED PRIVATE KEY', der);
}
