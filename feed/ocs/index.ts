export { anchorByFingerprint, anchorsFromPem, type TrustAnchor } from './anchors.ts';
export type { Certificate, Extension } from './certificate.ts';
export { type OcsAction, type OcsConfig, type OcsContent, type OcsDetails, readOcsContent } from './content.ts';
export { OcsError, type OcsErrorCode } from './errors.ts';
export { ocsLimits } from './limits.ts';
export { exchangePurposes, microsoftTrust, type OcsTrust, publisherTrust } from './microsoft.ts';
export { type OcsDefaults, type OcsMitigation, toMitigation } from './to-mitigation.ts';
export { type OcsSigner, type OcsVerdict, type OcsVerified, verifyOcs } from './verify.ts';
