/** What can go wrong at the edge of the machine. */
export type MachineErrorCode =
  | 'file-too-large'
  | 'file-unreadable'
  | 'file-unwritable'
  | 'file-changed'
  | 'path-outside-folder'
  | 'invalid-json'
  | 'command-not-found'
  | 'command-timed-out'
  | 'command-output-too-large';

/** An operation on the machine failed; the message names the file or command and what to do. */
export class MachineError extends Error {
  readonly code: MachineErrorCode;
  constructor(code: MachineErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'MachineError';
    this.code = code;
  }
}
