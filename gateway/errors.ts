/** Why a gateway does not start, or does not take new rules. */
export type GatewayErrorCode =
  /** The configuration file is not there, or not what `readGatewayConfig` accepts. */
  | 'invalid-config'
  /** The rules file is damaged, of another version, too large, or edited by hand. */
  | 'invalid-rules-file'
  /** A rule cannot be enforced by this gateway. */
  | 'rules-refused'
  /** The listening address, or the control socket, is held by another process. */
  | 'address-in-use'
  /** The address cannot be listened on for another reason. */
  | 'cannot-listen'
  /** The control socket does not answer: no gateway is running there. */
  | 'not-running'
  /** The control socket answered, but not as a gateway does. */
  | 'control-failed';

/** The gateway cannot do what it was told; the message names the place and the remedy. */
export class GatewayError extends Error {
  readonly code: GatewayErrorCode;
  constructor(code: GatewayErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'GatewayError';
    this.code = code;
  }
}

/** What went wrong, in the words of whoever noticed it. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
