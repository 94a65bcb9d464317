import { verify } from 'node:crypto';
import type { TrustAnchor } from './anchors.ts';
import type { Certificate } from './certificate.ts';
import { OcsError } from './errors.ts';
import { type Permissions, permissionsOf } from './extensions.ts';
import { ocsLimits } from './limits.ts';
import { oids, signatureAlgorithms } from './oids.ts';

/** Certificates to be believed, and for what. */
export interface ChainRequest {
  /** Leaf first, then each one's issuer. The root may be left out when the anchor has it. */
  readonly certificates: readonly Certificate[];
  readonly anchors: readonly TrustAnchor[];
  /** Purposes that the leaf must have, all of them. */
  readonly purposes: readonly string[];
  /** The leaf must have no other purpose. */
  readonly only: boolean;
  /** Whose chain it is, for messages: `signer` or `timestamp`. */
  readonly whose: string;
}

/** A chain in which every link holds, up to a pinned root. Validity in time is not judged yet. */
export interface Chain {
  readonly leaf: Certificate;
  /** The pinned one. */
  readonly root: Certificate;
  /** All, leaf first; the last is the root unless a document went on beyond it. */
  readonly path: readonly Certificate[];
}

/**
 * Holds a chain against its anchors (RFC 5280, section 6.1, without policies, names and revocation): order, each
 * signature, the issuers' right to issue, path lengths, purposes. Throws `OcsError`.
 */
export function verifyChain(request: ChainRequest): Chain {
  const path = completePath(request);
  const leaf = path[0];
  const root = path.find((one) => request.anchors.some((anchor) => anchor.fingerprint === one.fingerprint));
  if (!leaf || !root) throw untrusted(request, path);
  if (root === leaf)
    throw new OcsError('chain', `${request.whose}: the leaf is itself a root; it must be issued by one`);
  const permissions = path.map((one, index) => permissionsOf(one, nameOf(request, index)));
  for (const [index, certificate] of path.entries()) {
    checkKey(certificate, nameOf(request, index));
    const issuer = path[index + 1];
    // A pinned root needs no signature; whatever else a document goes on to must have one.
    const signer = issuer ?? (certificate === root ? undefined : certificate);
    if (signer) checkLink(certificate, signer, nameOf(request, index));
  }
  checkLeaf(request, permissions[0]);
  checkIssuers(request, path, permissions);
  return { leaf, root, path };
}

/** Whether each certificate is valid at `at` (ms since the epoch). Throws `OcsError` `validity`. */
export function checkValidity({ path }: Chain, whose: string, at: number, meaning: string): void {
  for (const one of path) {
    if (at >= one.notBefore && at <= one.notAfter) continue;
    const span = `${new Date(one.notBefore).toISOString()} to ${new Date(one.notAfter).toISOString()}`;
    const time = new Date(at).toISOString();
    throw new OcsError('validity', `${whose}: ${one.name} is valid from ${span}, not at ${time} (${meaning})`);
  }
}

function completePath(request: ChainRequest): readonly Certificate[] {
  const { certificates, anchors, whose } = request;
  if (certificates.length === 0 || certificates.length > ocsLimits.certificates) {
    throw new OcsError(
      'chain',
      `${whose}: ${certificates.length} certificates; 1 to ${ocsLimits.certificates} are read`,
    );
  }
  if (new Set(certificates.map((one) => one.fingerprint)).size < certificates.length) {
    throw new OcsError('chain', `${whose}: a certificate is there twice`);
  }
  for (const [index, certificate] of certificates.entries()) {
    const next = certificates[index + 1];
    if (next && !certificate.issuer.equals(next.subject)) {
      const message = `${whose}: certificate ${index + 2} (${next.name}) is not the issuer of the one before it; leaf first, then each one's issuer`;
      throw new OcsError('chain', message);
    }
  }
  if (certificates.some((one) => anchors.some((anchor) => anchor.fingerprint === one.fingerprint))) return certificates;
  const last = certificates.at(-1);
  if (!last || last.issuer.equals(last.subject)) return certificates;
  const above = anchors.find((anchor) => anchor.certificate?.subject.equals(last.issuer))?.certificate;
  return above ? [...certificates, above] : certificates;
}

function untrusted({ whose }: ChainRequest, path: readonly Certificate[]): OcsError {
  const last = path.at(-1);
  return new OcsError(
    'untrusted-root',
    `${whose}: the chain ends with ${last?.name ?? 'nothing'} (SHA-256 ${last?.fingerprint ?? '-'}), and neither it nor its issuer is a pinned root`,
  );
}

function checkLink(certificate: Certificate, issuer: Certificate, what: string): void {
  const algorithm = signatureAlgorithms.get(certificate.signatureAlgorithm);
  if (!algorithm || issuer.publicKey.asymmetricKeyType !== algorithm.key) {
    throw new OcsError(
      'algorithm',
      `${what} is signed by algorithm ${certificate.signatureAlgorithm}, which is not accepted here`,
    );
  }
  if (!verifies(algorithm.digest, certificate.toBeSigned, issuer, certificate.signature)) {
    throw new OcsError('chain', `${what} is not signed by ${issuer.name}`);
  }
}

/** Whether `signature` over `data` is by the key of `by`. A signature that OpenSSL cannot even read is simply wrong. */
export function verifies(digest: string, data: Buffer, by: Certificate, signature: Buffer): boolean {
  try {
    return verify(digest, data, by.publicKey, signature);
  } catch {
    return false;
  }
}

/** RSA from 2048 bits on with a proper exponent, or an elliptic curve of 256 bits or more. */
function checkKey({ publicKey }: Certificate, what: string): void {
  const { modulusLength = 0, publicExponent = 0n, namedCurve } = publicKey.asymmetricKeyDetails ?? {};
  const rsa = publicKey.asymmetricKeyType === 'rsa' && modulusLength >= 2048 && modulusLength <= 8192;
  if (rsa && publicExponent >= 65_537n && publicExponent % 2n === 1n) return;
  if (namedCurve !== undefined && ['prime256v1', 'secp384r1', 'secp521r1'].includes(namedCurve)) return;
  throw new OcsError('algorithm', `${what} has a key that is too weak or of a kind that is not accepted`);
}

function checkLeaf(request: ChainRequest, permissions: Permissions | undefined): void {
  const what = nameOf(request, 0);
  if (permissions?.ca)
    throw new OcsError('usage', `${what} is for issuing certificates; it must not sign anything else`);
  if (permissions?.keyUsage && !permissions.keyUsage.digitalSignature) {
    throw new OcsError('usage', `${what} is not meant for signatures (key usage)`);
  }
  const missing = request.purposes.filter((purpose) => !permissions?.purposes?.has(purpose));
  if (missing.length > 0) throw new OcsError('usage', `${what} lacks the key usage ${missing.join(' and ')}`);
  if (request.only && permissions?.purposes?.size !== request.purposes.length) {
    throw new OcsError('usage', `${what} has other key usages besides ${request.purposes.join(', ')}`);
  }
}

function checkIssuers(request: ChainRequest, path: readonly Certificate[], permissions: readonly Permissions[]): void {
  let below = 0;
  for (const [index, issuer] of path.entries()) {
    const may = permissions[index];
    if (index === 0 || !may) continue;
    const what = nameOf(request, index);
    if (!may.ca) throw new OcsError('issuer', `${what} may not issue certificates (it is no CA)`);
    if (!issuer.authority) throw new OcsError('issuer', `${what} has extensions that cannot be read`);
    if (!may.keyUsage?.keyCertSign) throw new OcsError('issuer', `${what} may not sign certificates (key usage)`);
    if (may.pathLength !== undefined && below > may.pathLength) {
      throw new OcsError('issuer', `${what} allows ${may.pathLength} issuers below it and there are ${below}`);
    }
    checkNested(request, may, what);
    if (!issuer.issuer.equals(issuer.subject)) below += 1;
  }
}

/** An issuer that is limited to some purposes cannot pass others on. */
function checkNested({ purposes }: ChainRequest, may: Permissions, what: string): void {
  if (!may.purposes || may.purposes.has(oids.anyExtendedKeyUsage)) return;
  const missing = purposes.filter((purpose) => !may.purposes?.has(purpose));
  if (missing.length > 0) throw new OcsError('issuer', `${what} may not issue for ${missing.join(' and ')}`);
}

function nameOf({ whose }: ChainRequest, index: number): string {
  return index === 0 ? `${whose}: the leaf certificate` : `${whose}: issuer ${index}`;
}
