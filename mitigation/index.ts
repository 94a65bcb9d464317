export { type Judgement, judge } from './applicability.ts';
export type * from './document.ts';
export { formatFinding, MitigationError, type MitigationErrorCode, type MitigationFinding } from './errors.ts';
export type { ProductFacts } from './inventory.ts';
export { parseMitigation } from './parse.ts';
export { compareVersions, isVersion } from './versions.ts';
export { type ProcessRunner, processXsd } from './xsd-in-process.ts';
export { inlineXsd } from './xsd-inline.ts';
export type { XsdValidation } from './xsd-validation.ts';
