import { SignedXml } from 'xml-crypto';
import type { Certificate } from './certificate.ts';
import { OcsError } from './errors.ts';
import { type OcsParts, xmlNames } from './shape.ts';

/**
 * Checks the enveloped signature with the key of the leaf certificate and returns the canonical text that it covers. Only
 * what is returned here may be read as content. All else that `xml-crypto` could do is taken away from it first: it gets
 * a document that has passed `readPlainText` and `readShape`, the key from us, and just the algorithms of the format.
 * Throws `OcsError` `digest` or `signature`.
 */
export function verifiedContent(text: string, parts: OcsParts, leaf: Certificate): string {
  const signed = new SignedXml({
    publicCert: leaf.publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    getCertFromKeyInfo: () => null,
  });
  keepOnly(signed.CanonicalizationAlgorithms, [xmlNames.c14n, xmlNames.enveloped, exclusive]);
  keepOnly(signed.HashAlgorithms, [xmlNames.sha256]);
  keepOnly(signed.SignatureAlgorithms, [xmlNames.rsaSha256]);
  if (!check(signed, text, parts.signature)) {
    throw new OcsError('digest', 'what is signed is not what stands there: the digest differs; the text was changed');
  }
  const [content, ...more] = signed.getSignedReferences();
  if (content === undefined || more.length > 0)
    throw new OcsError('signature', 'not exactly one reference was verified');
  return content;
}

/** `xml-crypto` reads `SignedInfo` once with this before it knows the document; nothing is verified by it. */
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';

function keepOnly(known: Record<string, unknown>, names: readonly string[]): void {
  for (const name of Object.keys(known)) if (!names.includes(name)) delete known[name];
}

function check(signed: SignedXml, text: string, signature: string): boolean {
  try {
    signed.loadSignature(signature);
    return signed.checkSignature(text);
  } catch (error) {
    throw new OcsError('signature', 'the signature was not made by the key of the signing certificate', error);
  }
}
