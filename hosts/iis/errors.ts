import { type Position, XmlError } from '@stopgap/xml';

/** Why a configuration file of IIS cannot be used. */
export type IisConfigErrorCode =
  | 'file-missing'
  | 'file-unreadable'
  | 'not-xml'
  | 'not-configuration'
  | 'path-elsewhere';

/** A configuration file of IIS cannot be used; the message starts with `file:line:column`. Nothing was changed. */
export class IisConfigError extends Error {
  readonly code: IisConfigErrorCode;
  readonly file: string;
  readonly position: Position | undefined;
  constructor(
    code: IisConfigErrorCode,
    file: string,
    position: Position | undefined,
    message: string,
    cause?: unknown,
  ) {
    const place = position ? `${file}:${position.line}:${position.column}` : file;
    super(`${place}: ${message}`, cause === undefined ? undefined : { cause });
    this.name = 'IisConfigError';
    this.code = code;
    this.file = file;
    this.position = position;
  }
}

/** An error of the XML reader as one of this file; anything else is thrown on. */
export function notXml(file: string, error: unknown): IisConfigError {
  if (!(error instanceof XmlError)) throw error;
  return new IisConfigError('not-xml', file, error.position, `not XML that IIS reads: ${error.message}`, error);
}
