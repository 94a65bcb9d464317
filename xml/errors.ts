/** Why a text is not XML that we read. */
export type XmlErrorCode = 'too-large' | 'too-deep' | 'too-many-nodes' | 'encoding' | 'doctype' | 'not-well-formed';

/** A place in a text: both counted from 1, columns in UTF-16 code units as editors show them. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The text cannot be read as XML; says where. */
export class XmlError extends Error {
  readonly code: XmlErrorCode;
  readonly position: Position;
  constructor(code: XmlErrorCode, message: string, position: Position, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'XmlError';
    this.code = code;
    this.position = position;
  }
}
