/** Why the service could not be installed or uninstalled. */
export type InstallErrorCode =
  | 'no-service-manager'
  | 'not-root'
  | 'untrusted-program'
  | 'untrusted-root'
  | 'foreign-file'
  | 'not-installed'
  | 'not-started'
  | 'still-in-force';

/** A refusal with the place and the remedy in its message. */
export class InstallError extends Error {
  readonly code: InstallErrorCode;
  constructor(code: InstallErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'InstallError';
    this.code = code;
  }
}
