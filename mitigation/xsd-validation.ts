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
