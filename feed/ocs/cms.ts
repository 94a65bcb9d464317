import { algorithmOf } from './certificate.ts';
import { contextTag, type Der, expectTag, partsOf, readDer, sequenceOf, tags, takeOptional } from './der.ts';
import { integerOf, oidOf, smallIntegerOf } from './der-values.ts';
import { OcsError } from './errors.ts';
import { ocsLimits } from './limits.ts';
import { oids } from './oids.ts';

/** A CMS `SignedData` (RFC 5652, section 5) with one signer, taken apart. Nothing in it is believed yet. */
export interface SignedMessage {
  readonly contentType: string;
  readonly content: Buffer;
  /** DER. */
  readonly certificates: readonly Buffer[];
  /** Attribute certificates as they stand, which say nothing that matters here and are not read. */
  readonly attributeCertificates: readonly Buffer[];
  readonly signer: Signer;
}

/** The one `SignerInfo`. */
export interface Signer {
  /** Issuer (DER) and serial number of the certificate. */
  readonly issuer: Buffer;
  readonly serial: Buffer;
  readonly digest: string;
  /** The single value of each signed attribute, by its type. */
  readonly attributes: ReadonlyMap<string, Der>;
  /** What the signature covers: the attributes as a `SET` (section 5.4). */
  readonly signedBytes: Buffer;
  readonly signatureAlgorithm: string;
  readonly signature: Buffer;
}

/** Reads a token. Throws `OcsError` `der` or `countersignature`. */
export function readSignedMessage(bytes: Buffer): SignedMessage {
  const [type, wrapped] = wrapperParts(bytes, 'countersignature');
  if (oidOf(type, 'countersignature: content type') !== oids.signedData) throw refused('it is no CMS signed data');
  const rest = [...sequenceOf(unwrap(wrapped), 'signed data')];
  const version = smallIntegerOf(rest.shift(), 'signed data: version');
  const [digest, ...moreDigests] = partsOf(expectTag(rest.shift(), tags.set, 'signed data: digest algorithms'));
  const content = readContent(rest.shift());
  const certificates = readCertificates(takeOptional(rest, contextTag(0)));
  const [signer, ...moreSigners] = partsOf(expectTag(rest.shift(), tags.set, 'signed data: signers'));
  if (rest.length > 0) throw refused('signed data has parts that do not belong there');
  if (!signer || moreSigners.length > 0 || moreDigests.length > 0) throw refused('it does not have exactly one signer');
  if (version !== (certificates.newer ? 4 : 3)) throw refused(`version ${version} is not the one of such signed data`);
  const read = readSigner(signer);
  if (algorithmOf(digest, 'signed data: digest algorithm') !== read.digest)
    throw refused('it names two digest algorithms');
  return { ...content, certificates: certificates.x509, attributeCertificates: certificates.others, signer: read };
}

/**
 * `ContentInfo` and the `[0]` in it. Microsoft's service writes these two, and these two alone, with indefinite lengths
 * (X.690, section 8.1.3.6), which BER allows; everything inside must be DER.
 */
function wrapperParts(bytes: Buffer, what: string): readonly [Der, Der] {
  const content = indefinite(bytes, tags.sequence) ?? expectTag(readDer(bytes, what), tags.sequence, what).content;
  const length = 2 + (content[1] ?? 0);
  const inner = content.subarray(length);
  const type = readDer(content.subarray(0, length), `${what}: content type`);
  const explicit = indefinite(inner, contextTag(0));
  if (explicit) return [type, { tag: contextTag(0), content: explicit, bytes: inner, what }];
  return [type, expectTag(readDer(inner, what), contextTag(0), what)];
}

/** The content of a value of indefinite length which is all of `bytes`. */
function indefinite(bytes: Buffer, tag: number): Buffer | undefined {
  if (bytes[0] !== tag || bytes[1] !== 0x80) return undefined;
  if (bytes.length < 4 || bytes.readUInt16BE(bytes.length - 2) !== 0) throw refused('it is cut off');
  return bytes.subarray(2, -2);
}

function unwrap(value: Der): Der {
  return readDer(value.content, 'signed data');
}

function readContent(value: Der | undefined): Pick<SignedMessage, 'contentType' | 'content'> {
  const [type, wrapped, ...surplus] = sequenceOf(value, 'signed data: content');
  if (surplus.length > 0) throw refused('its content has surplus parts');
  const explicit = expectTag(wrapped, contextTag(0), 'signed data: content');
  const octets = expectTag(unwrap(explicit), tags.octetString, 'signed data: content');
  return { contentType: oidOf(type, 'signed data: content type'), content: octets.content };
}

function readCertificates(value: Der | undefined): {
  x509: readonly Buffer[];
  others: readonly Buffer[];
  newer: boolean;
} {
  const choices = value ? partsOf(value) : [];
  if (choices.length > ocsLimits.certificates) throw refused(`it holds ${choices.length} certificates`);
  const x509 = choices.filter((one) => one.tag === tags.sequence);
  const others = choices.filter((one) => one.tag === contextTag(1) || one.tag === contextTag(2));
  if (x509.length + others.length < choices.length) throw refused('it holds something else among its certificates');
  return {
    x509: x509.map((one) => one.bytes),
    others: others.map((one) => one.bytes),
    newer: others.some((one) => one.tag === contextTag(2)),
  };
}

/** `SignerInfo`, section 5.3. What is not signed in it (unsigned attributes) is not taken. */
function readSigner(value: Der): Signer {
  const [version, id, digest, attributes, algorithm, signature, ...surplus] = sequenceOf(value, 'signer');
  if (surplus.length > 0) throw refused('the signer has unsigned attributes, which are not read here');
  if (smallIntegerOf(version, 'signer: version') !== 1) throw refused('the signer is not of version 1');
  const [issuer, serial, ...more] = sequenceOf(id, 'signer: identifier');
  if (more.length > 0) throw refused('the identifier of the signer has surplus parts');
  const signed = expectTag(attributes, contextTag(0), 'signer: signed attributes');
  return {
    issuer: expectTag(issuer, tags.sequence, 'signer: issuer').bytes,
    serial: integerOf(serial, 'signer: serial number'),
    digest: algorithmOf(digest, 'signer: digest algorithm'),
    attributes: readAttributes(signed),
    signedBytes: Buffer.concat([Buffer.of(tags.set), signed.bytes.subarray(1)]),
    signatureAlgorithm: algorithmOf(algorithm, 'signer: signature algorithm'),
    signature: expectTag(signature, tags.octetString, 'signer: signature').content,
  };
}

function readAttributes(signed: Der): ReadonlyMap<string, Der> {
  const found = new Map<string, Der>();
  for (const attribute of partsOf(signed)) {
    const [type, values, ...surplus] = sequenceOf(attribute, 'signer: an attribute');
    const id = oidOf(type, 'signer: an attribute');
    const [value, ...more] = partsOf(expectTag(values, tags.set, `signer: attribute ${id}`));
    if (!value || more.length > 0 || surplus.length > 0 || found.has(id)) {
      throw refused(`the signed attribute ${id} does not have exactly one value`);
    }
    found.set(id, value);
  }
  return found;
}

function refused(why: string): OcsError {
  return new OcsError('countersignature', `the countersignature is refused: ${why}`);
}
