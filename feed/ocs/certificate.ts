import { createHash, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { contextTag, type Der, expectTag, partsOf, readDer, sequenceOf, tags, takeOptional } from './der.ts';
import { booleanOf, integerOf, oidOf, smallIntegerOf, timeOf, wholeBitsOf } from './der-values.ts';
import { OcsError } from './errors.ts';

/** A certificate (RFC 5280), read by ourselves as far as trust depends on it; Node's reader must accept it too. */
export interface Certificate {
  /** The subject on one line, for people. */
  readonly name: string;
  /** SHA-256 of the whole certificate, lower-case hexadecimal. */
  readonly fingerprint: string;
  readonly der: Buffer;
  readonly toBeSigned: Buffer;
  /** DER of serial number, issuer and subject: compared byte by byte. */
  readonly serial: Buffer;
  readonly issuer: Buffer;
  readonly subject: Buffer;
  /** Ms since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly publicKey: KeyObject;
  /** OpenSSL takes it for an authority; not where it cannot read one of the extensions that it knows. */
  readonly authority: boolean;
  readonly signatureAlgorithm: string;
  readonly signature: Buffer;
  readonly extensions: ReadonlyMap<string, Extension>;
}

/** An extension of a certificate by its identifier. */
export interface Extension {
  readonly critical: boolean;
  readonly value: Buffer;
}

/** Reads one certificate. `what` names it in messages. Throws `OcsError` `der` or `certificate`. */
export function readCertificate(der: Buffer, what: string): Certificate {
  const [tbs, algorithm, signature, ...surplus] = sequenceOf(readDer(der, what), what);
  if (surplus.length > 0) throw refused(what, 'it has more than three parts');
  const body = expectTag(tbs, tags.sequence, `${what}: what is signed`);
  const fields = readFields(body, what);
  if (!algorithm?.bytes.equals(fields.algorithm.bytes)) throw refused(what, 'it names two signature algorithms');
  const { x509, publicKey } = readByNode(der, fields.key.bytes, what);
  return {
    name: printable((x509.subject || 'a certificate without a name').split('\n').reverse().join(', ')),
    fingerprint: createHash('sha256').update(der).digest('hex'),
    der,
    toBeSigned: body.bytes,
    serial: fields.serial,
    issuer: fields.issuer.bytes,
    subject: fields.subject.bytes,
    notBefore: fields.notBefore,
    notAfter: fields.notAfter,
    publicKey,
    authority: x509.ca,
    signatureAlgorithm: algorithmOf(algorithm, `${what}: signature algorithm`),
    signature: wholeBitsOf(signature, `${what}: signature`),
    extensions: fields.extensions,
  };
}

/** The identifier of an `AlgorithmIdentifier` whose parameters are absent or NULL. */
export function algorithmOf(value: Der | undefined, what: string): string {
  const [id, parameters, ...surplus] = sequenceOf(value, what);
  if (surplus.length > 0) throw refused(what, 'it has more than two parts');
  if (parameters && expectTag(parameters, tags.null, what).content.length > 0) throw refused(what, 'NULL is not empty');
  return oidOf(id, what);
}

function readFields(body: Der, what: string) {
  const rest = [...partsOf(body)];
  const version = takeOptional(rest, contextTag(0));
  if (!version || smallIntegerOf(partsOf(version)[0], `${what}: version`) !== 2)
    throw refused(what, 'it is not of version 3');
  const [serial, algorithm, issuer, validity, subject, key, ...tail] = rest;
  const [from, until] = sequenceOf(validity, `${what}: validity`);
  const extensions = tail.pop();
  if (tail.length > 0) throw refused(what, 'it has unique identifiers, which no certificate has today');
  return {
    serial: integerOf(serial, `${what}: serial number`),
    algorithm: expectTag(algorithm, tags.sequence, `${what}: signature algorithm`),
    issuer: expectTag(issuer, tags.sequence, `${what}: issuer`),
    subject: expectTag(subject, tags.sequence, `${what}: subject`),
    notBefore: timeOf(from, `${what}: valid from`),
    notAfter: timeOf(until, `${what}: valid until`),
    key: expectTag(key, tags.sequence, `${what}: public key`),
    extensions: readExtensions(extensions, what),
  };
}

function readExtensions(value: Der | undefined, what: string): ReadonlyMap<string, Extension> {
  const found = new Map<string, Extension>();
  const [list] = partsOf(expectTag(value, contextTag(3), `${what}: extensions`));
  for (const extension of sequenceOf(list, `${what}: extensions`)) {
    const rest = [...sequenceOf(extension, `${what}: an extension`)];
    const id = oidOf(rest.shift(), `${what}: an extension`);
    const flag = takeOptional(rest, tags.boolean);
    const [content, ...surplus] = rest;
    if (found.has(id) || surplus.length > 0) throw refused(what, `extension ${id} is there twice or has surplus parts`);
    const critical = flag ? booleanOf(flag, `${what}: extension ${id}`) : false;
    found.set(id, { critical, value: expectTag(content, tags.octetString, `${what}: extension ${id}`).content });
  }
  return found;
}

function readByNode(der: Buffer, key: Buffer, what: string): { x509: X509Certificate; publicKey: KeyObject } {
  try {
    const x509 = new X509Certificate(der);
    const publicKey = createPublicKey({ key, format: 'der', type: 'spki' });
    return { x509, publicKey };
  } catch (error) {
    throw new OcsError('certificate', `${what} is not a certificate that can be used`, error);
  }
}

/** A name may hold anything; terminals and logs show it. */
function printable(name: string): string {
  return name.replace(/[^\u0020-\u007e\u00a0-\u2027\u2030-\u2065\u2070-\ud7ff\ue000-\ufefe]/g, '?').slice(0, 500);
}

function refused(what: string, why: string): OcsError {
  return new OcsError('certificate', `${what} is refused: ${why}`);
}
