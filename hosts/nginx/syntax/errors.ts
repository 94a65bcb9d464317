/** Why nginx's configuration could not be read. */
export type NginxConfigErrorCode =
  | 'unexpected-end'
  | 'unexpected-character'
  | 'nested-too-deep'
  | 'include-unreadable'
  | 'include-too-deep'
  | 'too-many-files'
  | 'pattern-takes-ours';

/** nginx's configuration cannot be read; the message starts with `file:line`. Nothing was changed. */
export class NginxConfigError extends Error {
  readonly code: NginxConfigErrorCode;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  constructor(code: NginxConfigErrorCode, file: string, line: number, message: string, cause?: unknown) {
    super(`${file}:${line}: ${message}`, cause === undefined ? undefined : { cause });
    this.name = 'NginxConfigError';
    this.code = code;
    this.file = file;
    this.line = line;
  }
}

/** Line, from 1, on which the byte at `offset` stands. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
