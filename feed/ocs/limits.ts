/** Every cap on what an OCS-style document may make its reader do. */
export const ocsLimits = {
  /** Of the whole document, in bytes: twenty-five times Microsoft's. XML this size is canonicalised in well under a second. */
  documentBytes: 512 * 1024,
  /** Of one certificate, in bytes. */
  certificateBytes: 16 * 1024,
  /** In one list of certificates. */
  certificates: 8,
  /** Of a countersignature, in bytes. */
  countersignatureBytes: 64 * 1024,
  /** Elements inside one another; rules are the deepest. */
  depth: 24,
  elements: 4000,
  /** `Config` elements. */
  configs: 200,
  /** Parts of one DER value. */
  derParts: 256,
  /** Of a revocation list, in bytes, and the certificates in it. */
  revocationListBytes: 8 * 1024 * 1024,
  revokedCertificates: 200_000,
  /** A countersignature may be this far ahead of this machine's clock, in ms. */
  clockSkewMs: 5 * 60_000,
} as const;
