/** Why the agent, or a command of it, could not do what it was asked. */
export type AgentErrorCode =
  | 'not-enrolled'
  | 'invalid-config'
  | 'journal-unreadable'
  | 'journal-unwritable'
  | 'journal-newer'
  | 'journal-lost'
  | 'held-unreadable'
  | 'busy'
  | 'unknown-mitigation'
  | 'not-held'
  | 'refused-by-policy'
  | 'not-applied'
  | 'service-unreachable'
  | 'untrusted-file'
  | 'invalid-document'
  | 'bundle-refused';

/** A refusal with the place and the remedy in its message. */
export class AgentError extends Error {
  readonly code: AgentErrorCode;
  constructor(code: AgentErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'AgentError';
    this.code = code;
  }
}
