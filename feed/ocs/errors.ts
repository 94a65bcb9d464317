/** Why an OCS-style document is not believed, in the order in which things are looked at. */
export type OcsErrorCode =
  | 'too-large'
  | 'not-plain'
  | 'not-xml'
  | 'shape'
  | 'algorithm'
  | 'base64'
  | 'der'
  | 'certificate'
  | 'key-mismatch'
  | 'chain'
  | 'untrusted-root'
  | 'issuer'
  | 'usage'
  | 'digest'
  | 'signature'
  | 'countersignature'
  | 'validity'
  | 'revoked'
  | 'rollback'
  | 'content';

/** An OCS-style document is refused, or cannot be made; the message says where and why. */
export class OcsError extends Error {
  readonly code: OcsErrorCode;
  constructor(code: OcsErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'OcsError';
    this.code = code;
  }
}
