import { readCertificate } from './certificate.ts';
import { type Chain, checkValidity, verifyChain } from './chain.ts';
import { OcsError, type OcsErrorCode } from './errors.ts';
import { readPlainText } from './lexical.ts';
import { ocsLimits } from './limits.ts';
import type { OcsTrust } from './microsoft.ts';
import { checkRevocation } from './revocation.ts';
import { type OcsParts, readShape } from './shape.ts';
import { type Timestamp, verifyTimestamp } from './timestamp.ts';
import { verifiedContent } from './xml-signature.ts';

/** Somebody who signed: the certificate, and the pinned root that vouches for it. */
export interface OcsSigner {
  readonly name: string;
  /** SHA-256 of the certificate, lower-case hexadecimal. */
  readonly sha256: string;
  /** Ms since the epoch. */
  readonly validFrom: number;
  readonly validUntil: number;
  readonly root: { readonly name: string; readonly sha256: string };
}

/** Who signed what when, or why it is not believed. */
export type OcsVerdict = OcsVerified | { readonly ok: false; readonly code: OcsErrorCode; readonly reason: string };

/** A document that is believed. */
export interface OcsVerified {
  readonly ok: true;
  readonly signer: OcsSigner;
  /** `undefined`: it has none, and its certificates were judged at the time of checking. */
  readonly countersignature: { readonly at: number; readonly signer: OcsSigner } | undefined;
  /** The time at which the signer's certificates were judged, ms since the epoch. */
  readonly judgedAt: number;
  /** The canonical text that the signature covers: the only thing to read content from. */
  readonly content: string;
  /** What was not checked, each a sentence. */
  readonly notChecked: readonly string[];
}

/**
 * Judges a document: pure and synchronous, without files, network or clock. In this order: size; the one way of writing;
 * the one shape; the certificates' chain to a pinned root with all key usages; the bare key; the signature; the
 * countersignature; validity at the countersigned time or, without one, at `at` (ms since the epoch), which is the time
 * of checking: a countersigned time after it is refused. Never throws for what a document is.
 */
export function verifyOcs(bytes: Uint8Array, trust: OcsTrust, at: number): OcsVerdict {
  try {
    return judge(bytes, trust, at);
  } catch (error) {
    if (error instanceof OcsError) return { ok: false, code: error.code, reason: error.message };
    throw error;
  }
}

function judge(bytes: Uint8Array, trust: OcsTrust, at: number): OcsVerified {
  const text = readPlainText(bytes);
  const parts = readShape(text);
  const certificates = parts.certificates.map((der, index) => readCertificate(der, `signer: certificate ${index + 1}`));
  const { roots: anchors, purposes } = trust;
  const chain = verifyChain({ certificates, anchors, purposes, only: false, whose: 'signer' });
  checkBareKey(parts, chain);
  const content = verifiedContent(text, parts, chain.leaf);
  const timestamp = timestampOf(parts, trust);
  if (timestamp && timestamp.at > at + ocsLimits.clockSkewMs) {
    const times = `${new Date(timestamp.at).toISOString()}, and it is ${new Date(at).toISOString()}`;
    throw new OcsError('validity', `it was countersigned in the future: at ${times}; check the clock`);
  }
  const judgedAt = timestamp?.at ?? at;
  checkValidity(
    chain,
    'signer',
    judgedAt,
    timestamp ? 'when it was countersigned' : 'no countersignature says earlier',
  );
  return {
    ok: true,
    signer: signerOf(chain),
    countersignature: timestamp && { at: timestamp.at, signer: signerOf(timestamp.chain) },
    judgedAt,
    content,
    notChecked: [...revocation(chain, timestamp, trust, judgedAt, at), ...notChecked(timestamp)],
  };
}

function timestampOf(parts: OcsParts, trust: OcsTrust): Timestamp | undefined {
  if (!parts.countersignature) return undefined;
  return verifyTimestamp(parts.countersignature, parts.signatureValue, trust);
}

/** The bare key says nothing that the certificate does not say: it must be the same one, written in the same way. */
function checkBareKey({ modulus, exponent }: OcsParts, { leaf }: Chain): void {
  const { n = '', e = '' } = leaf.publicKey.export({ format: 'jwk' });
  if (leaf.publicKey.asymmetricKeyType !== 'rsa') {
    throw new OcsError('algorithm', 'the signing certificate has no RSA key');
  }
  if (modulus.toString('base64url') !== n || exponent.toString('base64url') !== e) {
    throw new OcsError('key-mismatch', 'the bare key in KeyValue is not the key of the signing certificate');
  }
}

function signerOf({ leaf, root }: Chain): OcsSigner {
  return {
    name: leaf.name,
    sha256: leaf.fingerprint,
    validFrom: leaf.notBefore,
    validUntil: leaf.notAfter,
    root: { name: root.name, sha256: root.fingerprint },
  };
}

/** Revocation is a matter of lists that somebody brings: fetching them would need a network, and a plan for when that fails. */
function revocation(
  chain: Chain,
  timestamp: Timestamp | undefined,
  { revocationLists: lists = [] }: OcsTrust,
  judgedAt: number,
  at: number,
): readonly string[] {
  if (lists.length === 0) {
    return [
      'Revocation: not checked, as that would need a network; lists that were fetched elsewhere are taken with --crl FILE.',
    ];
  }
  const signer = checkRevocation(chain, 'signer', lists, judgedAt, at);
  return timestamp ? [...signer, ...checkRevocation(timestamp.chain, 'countersignature', lists, judgedAt, at)] : signer;
}

function notChecked(timestamp: Timestamp | undefined): readonly string[] {
  const sentences: string[] = [];
  if (timestamp && timestamp.unreadCertificates > 0) {
    sentences.push(
      'Attribute certificates in the countersignature: not read; nothing rests on them, and no signature covers them.',
    );
  }
  return sentences;
}
