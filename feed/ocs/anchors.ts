import { type Certificate, readCertificate } from './certificate.ts';
import { OcsError } from './errors.ts';
import { ocsLimits } from './limits.ts';

/** A root that is trusted because it was pinned, not because a document brings it along. */
export interface TrustAnchor {
  /** SHA-256 of the certificate, lower-case hexadecimal. */
  readonly fingerprint: string;
  /** The certificate itself, for documents that leave the root out. */
  readonly certificate?: Certificate;
}

/** An anchor known by its fingerprint alone (64 hexadecimal digits). Throws `OcsError` `certificate`. */
export function anchorByFingerprint(fingerprint: string): TrustAnchor {
  const digits = fingerprint.replaceAll(':', '').toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(digits)) {
    throw new OcsError(
      'certificate',
      `${JSON.stringify(fingerprint)} is no SHA-256 fingerprint: 64 hexadecimal digits`,
    );
  }
  return { fingerprint: digits };
}

/** The anchors in a PEM text: one or more certificates. `place` names the text. Throws `OcsError`. */
export function anchorsFromPem(pem: string, place: string): readonly TrustAnchor[] {
  const blocks = [...pem.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----/g)];
  if (blocks.length === 0 || blocks.length > 64) {
    throw new OcsError('certificate', `${place} holds no certificate in PEM form (or more than 64)`);
  }
  return blocks.map((block, index) => {
    const der = Buffer.from(block[1] ?? '', 'base64');
    if (der.length > ocsLimits.certificateBytes) throw new OcsError('too-large', `${place}: certificate ${index + 1}`);
    return anchorOf(readCertificate(der, `${place}: certificate ${index + 1}`));
  });
}

/** An anchor of a certificate that was read. */
export function anchorOf(certificate: Certificate): TrustAnchor {
  return { fingerprint: certificate.fingerprint, certificate };
}
