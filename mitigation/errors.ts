import type { Position, XmlErrorCode } from '@stopgap/xml';

/** Why a mitigation document is refused. */
export type MitigationErrorCode =
  /** Not XML, or XML beyond the caps, or with a DTD: see `@stopgap/xml`. */
  | XmlErrorCode
  /** `schema` names a version that this Stopgap does not read. */
  | 'unsupported-schema'
  | 'namespace'
  | 'unknown-element'
  | 'unknown-attribute'
  | 'missing-element'
  | 'missing-attribute'
  | 'misplaced-element'
  | 'unexpected-text'
  | 'invalid-value'
  | 'duplicate'
  /** Two parts of the document do not fit together, e.g. it expires before it is published. */
  | 'contradiction'
  /** The `<rewrite>` fragment is one that IIS would refuse, or that we refuse to run. */
  | 'invalid-rewrite'
  /** A rule without requests that show that it works and does no harm. */
  | 'missing-evidence'
  /** The XSD refuses what nothing above names. */
  | 'schema-violation'
  /** The XSD validator itself could not be run; says nothing about the document. */
  | 'validator-unavailable';

/** One thing that is wrong with a document. */
export interface MitigationFinding {
  readonly code: MitigationErrorCode;
  /** What is wrong and what to do, without the place. */
  readonly message: string;
  readonly position: Position;
}

/** A mitigation document was refused. `code`, `position` and the message are those of the first finding in the text. */
export class MitigationError extends Error {
  readonly code: MitigationErrorCode;
  readonly position: Position;
  /** All that was found, in the order of the text; never empty. */
  readonly findings: readonly MitigationFinding[];
  constructor(first: MitigationFinding, others: readonly MitigationFinding[] = [], cause?: unknown) {
    const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
    super(`${formatFinding(first)}${more}`, cause === undefined ? undefined : { cause });
    this.name = 'MitigationError';
    this.code = first.code;
    this.position = first.position;
    this.findings = [first, ...others];
  }
}

/** `line 3, column 5: …`, as shown to people. */
export function formatFinding(finding: MitigationFinding): string {
  return `line ${finding.position.line}, column ${finding.position.column}: ${finding.message}`;
}
