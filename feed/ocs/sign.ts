import { createPrivateKey, type KeyObject } from 'node:crypto';
import { SignedXml } from 'xml-crypto';
import { readCertificate } from './certificate.ts';
import { OcsError } from './errors.ts';
import { readPlainText } from './lexical.ts';
import { checkUnsigned, readShape, xmlNames } from './shape.ts';

/** What a document is signed with. */
export interface OcsSigning {
  /** RSA, from 2048 bits on: the key itself, or PEM. */
  readonly key: KeyObject | string;
  /** DER: the leaf, then each one's issuer; the root may be left out. */
  readonly certificates: readonly Uint8Array[];
  /**
   * Gets an RFC 3161 timestamp (the DER of its token) over the bytes of the signature value. Without one, the document is
   * good for as long as the leaf is, and no source takes it.
   */
  readonly countersign?: (signatureValue: Buffer) => Uint8Array | Promise<Uint8Array>;
}

/**
 * Signs an `EOCS` document without signature, written plainly (docs/ocs-feeds.md), in the shape of Office Config Service.
 * Rejects with `OcsError` when the result would not be one that `verifyOcs` can read.
 */
export async function signOcs(document: string, signing: OcsSigning): Promise<string> {
  // The library that signs mends what is not well-formed, and would sign what nobody wrote.
  checkUnsigned(readPlainText(Buffer.from(document, 'utf8')));
  const signed = sign(document, signing);
  const token = await signing.countersign?.(readShape(signed).signatureValue);
  const whole = token === undefined ? signed : withCountersignature(signed, Buffer.from(token));
  readShape(readPlainText(Buffer.from(whole, 'utf8')));
  return whole;
}

function sign(document: string, { key, certificates }: OcsSigning): string {
  const privateKey = typeof key === 'string' ? createPrivateKey(key) : key;
  const signer = new SignedXml({
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }),
    signatureAlgorithm: xmlNames.rsaSha256,
    canonicalizationAlgorithm: xmlNames.c14n,
    getKeyInfoContent: () => keyInfo(certificates),
  });
  const transforms = [xmlNames.enveloped, xmlNames.c14n];
  signer.addReference({ xpath: '/*', isEmptyUri: true, transforms, digestAlgorithm: xmlNames.sha256 });
  signer.computeSignature(document);
  return signer.getSignedXml();
}

function keyInfo(certificates: readonly Uint8Array[]): string {
  const [leaf] = certificates;
  if (!leaf) throw new OcsError('certificate', 'there is no certificate to sign with');
  const { publicKey } = readCertificate(Buffer.from(leaf), 'the signing certificate');
  if (publicKey.asymmetricKeyType !== 'rsa') throw new OcsError('algorithm', 'the signing certificate has no RSA key');
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  const plain = (value: string) => Buffer.from(value, 'base64url').toString('base64');
  const bare = `<Modulus>${plain(n)}</Modulus><Exponent>${plain(e)}</Exponent>`;
  return `<KeyValue><RSAKeyValue>${bare}</RSAKeyValue></KeyValue>${x509Data(certificates)}`;
}

function x509Data(certificates: readonly Uint8Array[]): string {
  const all = certificates.map((der) => `<X509Certificate>${Buffer.from(der).toString('base64')}</X509Certificate>`);
  return `<X509Data>${all.join('')}</X509Data>`;
}

/** Outside of what is signed: the timestamp is over the signature value. */
function withCountersignature(signed: string, token: Buffer): string {
  const end = '</Signature></EOCS>';
  const at = signed.lastIndexOf(end);
  if (at < 0) throw new OcsError('shape', 'the signature is not the last child of <EOCS>');
  const namespace = `ts-format="cms-timestamp-message" xmlns="${xmlNames.countersignature}"`;
  const object = `<Object Id="ts-countersig"><CounterSignature ${namespace}>${token.toString('base64')}</CounterSignature></Object>`;
  return `${signed.slice(0, at)}${object}${signed.slice(at)}`;
}
