import { createHash } from 'node:crypto';
import { algorithmOf, type Certificate, readCertificate } from './certificate.ts';
import { type Chain, checkValidity, verifies, verifyChain } from './chain.ts';
import { readSignedMessage, type SignedMessage, type Signer } from './cms.ts';
import { contextTag, type Der, expectTag, readDer, sequenceOf, tags, takeOptional } from './der.ts';
import { integerOf, oidOf, smallIntegerOf, timeOf } from './der-values.ts';
import { OcsError } from './errors.ts';
import type { OcsTrust } from './microsoft.ts';
import { digests, oids, signatureAlgorithms } from './oids.ts';
import type { OcsParts } from './shape.ts';

/** A countersignature that holds: something was signed by this time. */
export interface Timestamp {
  /** Ms since the epoch. */
  readonly at: number;
  readonly chain: Chain;
  /** How many attribute certificates are in the token. Nothing is taken from them. */
  readonly unreadCertificates: number;
}

const whose = 'countersignature';

/**
 * Holds an RFC 3161 timestamp over `SignatureValue` (its bytes, decoded) against pinned roots, everything valid at the
 * time it states. Throws `OcsError`.
 */
export function verifyTimestamp(
  given: NonNullable<OcsParts['countersignature']>,
  signatureValue: Buffer,
  { timestampRoots: anchors, attributeCertificates }: Pick<OcsTrust, 'timestampRoots' | 'attributeCertificates'>,
): Timestamp {
  const message = readSignedMessage(given.token);
  if (message.contentType !== oids.tstInfo) throw refused('it holds something else than a timestamp');
  const { at, imprint } = readTimestampInfo(message.content);
  const expected = createHash(imprint.digest).update(signatureValue).digest();
  if (!expected.equals(imprint.value)) throw refused('it is for another signature than the one in this document');
  const certificates = orderedChain(message);
  const chain = verifyChain({ certificates, anchors, purposes: [oids.timeStamping], only: true, whose });
  checkSigner(message, chain.leaf);
  checkBeside(given.certificates, certificates);
  checkUnsigned(message.attributeCertificates, attributeCertificates);
  checkValidity(chain, whose, at, 'the time it states itself');
  return { at, chain, unreadCertificates: message.attributeCertificates.length };
}

/** RFC 3161, section 2.4.2. */
function readTimestampInfo(content: Buffer): { at: number; imprint: { digest: string; value: Buffer } } {
  const [version, policy, imprint, serial, time, ...rest] = sequenceOf(readDer(content, 'timestamp'), 'timestamp');
  if (smallIntegerOf(version, 'timestamp: version') !== 1) throw refused('the timestamp is not of version 1');
  oidOf(policy, 'timestamp: policy');
  integerOf(serial, 'timestamp: serial number');
  const optional = [...rest];
  for (const tag of [tags.sequence, tags.boolean, tags.integer, contextTag(0)]) takeOptional(optional, tag);
  if (optional.length > 0) throw refused('the timestamp has extensions, or parts that do not belong there');
  const [algorithm, value] = sequenceOf(imprint, 'timestamp: imprint');
  const digest = digestOf(algorithmOf(algorithm, 'timestamp: digest algorithm'));
  const at = timeOf(expectTag(time, tags.generalizedTime, 'timestamp: time'), 'timestamp: time');
  return { at, imprint: { digest, value: expectTag(value, tags.octetString, 'timestamp: imprint').content } };
}

/** The signer's certificate and, from those in the message, each one's issuer. None may be left over. */
function orderedChain({ certificates, signer }: SignedMessage): readonly Certificate[] {
  const open = certificates.map((der, index) => readCertificate(der, `${whose}: certificate ${index + 1}`));
  const path: Certificate[] = [];
  const take = (matches: (one: Certificate) => boolean) => {
    const index = open.findIndex(matches);
    if (index < 0) return undefined;
    return open.splice(index, 1)[0];
  };
  let next = take((one) => one.issuer.equals(signer.issuer) && one.serial.equals(signer.serial));
  if (!next) throw refused("the signer's certificate is not in it");
  for (; next; ) {
    const { issuer, subject }: Certificate = next;
    path.push(next);
    next = issuer.equals(subject) ? undefined : take((one) => one.subject.equals(issuer));
  }
  if (open.length > 0) throw refused(`it holds a certificate that has no part in its chain (${open[0]?.name})`);
  return path;
}

/** RFC 5652, sections 5.4 and 11; RFC 5816 for the identifier of the certificate. */
function checkSigner({ content, signer }: SignedMessage, leaf: Certificate): void {
  const digest = digestOf(signer.digest);
  const type = oidOf(signer.attributes.get(oids.contentType), 'signer: content type');
  if (type !== oids.tstInfo) throw refused('the signed content type is not that of a timestamp');
  const stated = expectTag(
    signer.attributes.get(oids.messageDigest),
    tags.octetString,
    'signer: message digest',
  ).content;
  if (!createHash(digest).update(content).digest().equals(stated)) throw refused('its content was changed');
  checkCertificateId(signer.attributes.get(oids.signingCertificateV2), leaf);
  if (signatureDigest(signer, leaf) !== digest) throw refused('signature and digest algorithms do not go together');
  if (!verifies(digest, signer.signedBytes, leaf, signer.signature)) {
    throw refused('its signature was not made by the key of its certificate');
  }
}

function signatureDigest(signer: Signer, leaf: Certificate): string {
  const kind = leaf.publicKey.asymmetricKeyType;
  if (signer.signatureAlgorithm === oids.rsaEncryption && kind === 'rsa') return digestOf(signer.digest);
  const algorithm = signatureAlgorithms.get(signer.signatureAlgorithm);
  if (algorithm?.key === kind) return algorithm?.digest ?? '';
  const message = `${whose}: the signature algorithm ${signer.signatureAlgorithm} is not accepted here`;
  throw new OcsError('algorithm', message);
}

/** The first `ESSCertIDv2` (RFC 5035, section 3) is that of the signer's certificate. */
function checkCertificateId(value: Der | undefined, leaf: Certificate): void {
  if (!value) throw refused('it does not say which certificate signed it (signingCertificateV2)');
  const place = 'signer: signing certificate';
  const [list] = sequenceOf(value, place);
  const [first] = sequenceOf(list, place);
  const rest = [...sequenceOf(first, place)];
  const algorithm = takeOptional(rest, tags.sequence);
  const digest = algorithm ? digestOf(algorithmOf(algorithm, place)) : 'sha256';
  const hash = expectTag(rest[0], tags.octetString, place).content;
  if (!createHash(digest).update(leaf.der).digest().equals(hash)) throw refused('it names another certificate');
}

/** Certificates that stand beside the countersignature must be those that it was checked with. */
function checkBeside(beside: readonly Buffer[], certificates: readonly Certificate[]): void {
  const known = new Set(certificates.map((one) => one.der.toString('base64')));
  const given = beside.map((one) => one.toString('base64'));
  if (given.some((one) => !known.has(one)) || new Set(given).size < given.length) {
    throw refused('the certificates beside it are not those inside it');
  }
}

/**
 * No signature that could be checked covers an attribute certificate, and nothing needs one: bytes that anybody may write
 * have no place in a signed document. So it must be one that is known, byte for byte.
 */
function checkUnsigned(found: readonly Buffer[], known: OcsTrust['attributeCertificates']): void {
  if (known === 'any') return;
  const hashes = found.map((one) => createHash('sha256').update(one).digest('hex'));
  const stranger = hashes.find((one) => !known.includes(one));
  if (stranger === undefined) return;
  throw refused(
    `it holds an attribute certificate that is not known (SHA-256 ${stranger}); no signature covers it, so anybody could have written it: name that digest among the known ones, or "any" to take them unread`,
  );
}

function digestOf(id: string): 'sha256' | 'sha384' | 'sha512' {
  const digest = digests.get(id);
  if (digest) return digest;
  throw new OcsError('algorithm', `${whose}: the digest algorithm ${id} is too weak or unknown`);
}

function refused(why: string): OcsError {
  return new OcsError('countersignature', `the countersignature is refused: ${why}`);
}
