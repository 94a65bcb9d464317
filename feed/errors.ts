/** Why a feed cannot be published, served or set up. What a feed or a network does to a reader is a trouble, not an error. */
export type FeedErrorCode =
  | 'feed-exists'
  | 'feed-missing'
  | 'feed-damaged'
  | 'feed-busy'
  | 'feed-unsigned'
  | 'key-missing'
  | 'key-exists'
  | 'key-invalid'
  | 'signer-invalid'
  | 'signer-failed'
  | 'proposal-missing'
  | 'proposal-invalid'
  | 'proposal-stale'
  | 'signatures-missing'
  | 'log-broken'
  | 'passphrase-missing'
  | 'passphrase-wrong'
  | 'passphrase-weak'
  | 'roles-invalid'
  | 'beyond-readers'
  | 'target-name'
  | 'target-too-large'
  | 'target-missing'
  | 'check-refused'
  | 'clock-behind'
  | 'address-in-use';

/** A feed operation cannot be carried out; the message names the place and the remedy. */
export class FeedError extends Error {
  readonly code: FeedErrorCode;
  constructor(code: FeedErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'FeedError';
    this.code = code;
  }
}
