import { createCipheriv, type KeyObject, randomBytes, scryptSync } from 'node:crypto';

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
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${lines.join('\n')}\n-----END ENCRYPTED PRIVATE KEY-----\n`;
}

const sequence = (...parts: Buffer[]) => tagged(0x30, Buffer.concat(parts));
const octets = (bytes: Buffer) => tagged(0x04, bytes);
/** An object identifier, given as its encoded form in hexadecimal. */
const oid = (hex: string) => tagged(0x06, Buffer.from(hex, 'hex'));

function integer(value: number): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return tagged(0x02, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
}

/** Tag, length, content (X.690, section 8.1); contents here stay below 64 KiB. */
function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), content]);
  if (length < 0x100) return Buffer.concat([Buffer.of(tag, 0x81, length), content]);
  return Buffer.concat([Buffer.of(tag, 0x82, length >> 8, length & 0xff), content]);
}
