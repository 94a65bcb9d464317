import type { XmlElement } from '@stopgap/xml';
import type { MitigationFinding } from './errors.ts';

/** Validates against `mitigation.xsd`. */
export interface XsdValidation {
  /**
   * What the schema refuses, in the order of the text; empty: valid. `text` is well-formed, without DTD and namespaces;
   * `root` is what `readXml` made of it. A validator that cannot be run is a `validator-unavailable` finding.
   */
  validate(text: string, root: XmlElement): Promise<readonly MitigationFinding[]>;
}

/** One complaint of the validator, by path. */
export interface XsdComplaint {
  readonly message: string;
  /** Path of the element, e.g. `/mitigation/evidence/request[2]`; empty when the validator gives none. */
  readonly xpath: string;
  /** From 1; 0 when the validator gives none. */
  readonly line: number;
}

/** What is told where the validator could not be run: the document is refused, and nothing is said about it. */
export function unavailable(error: unknown, root: XmlElement): MitigationFinding {
  const reason = error instanceof Error ? error.message : String(error);
  const message = `the document could not be checked against its schema: ${reason}; try again, and reinstall Stopgap if it stays so`;
  return { code: 'validator-unavailable', message, position: root.position };
}
