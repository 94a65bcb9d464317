import type { Position } from '@stopgap/xml';

/** Why a rewrite configuration is refused. */
export type RewriteErrorCode =
  | 'not-xml'
  | 'unknown-element'
  | 'unknown-attribute'
  | 'missing-attribute'
  | 'invalid-value'
  | 'duplicate-name'
  | 'undefined-reference'
  | 'invalid-pattern'
  | 'invalid-template'
  | 'costly-pattern'
  | 'not-allowed-here'
  | 'unsupported';

/** A rewrite configuration that IIS would refuse, or that we refuse to run; says where and what to do. */
export class RewriteError extends Error {
  readonly code: RewriteErrorCode;
  readonly position: Position;
  constructor(code: RewriteErrorCode, message: string, position: Position, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'RewriteError';
    this.code = code;
    this.position = position;
  }
}
