export { type Judgement, judge } from './applicability.ts';
export { type DebianVersion, parseDebian } from './debian-version.ts';
export { type ActionDescription, describe, type MitigationDescription } from './describe.ts';
export type * from './document.ts';
export { formatFinding, MitigationError, type MitigationErrorCode, type MitigationFinding } from './errors.ts';
export type { ProductFacts } from './inventory.ts';
export { parseMitigation, readAccepted } from './parse.ts';
export {
  headersChangedIn,
  type Rehearsal,
  type RehearsedEvidence,
  type RuleEngine,
  rehearse,
  rulesOf,
} from './rehearse.ts';
export { compareVersions, isVersion } from './versions.ts';
export { withdrawn } from './withdraw.ts';
export { type ProcessRunner, processXsd } from './xsd-in-process.ts';
export { inlineXsd } from './xsd-inline.ts';
export type { XsdValidation } from './xsd-validation.ts';
