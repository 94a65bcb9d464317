/**
 * What a reader of a feed gets. The same shapes as the agent's `MitigationSource`, written down here again because the
 * feed knows no agent; the agent's tests check that one is assignable to the other.
 */
export interface FeedSource {
  readonly name: string;
  /** Fetches and verifies. Never throws for what a feed or a network does: that is `trouble`. */
  look(): Promise<FeedLook>;
  /** What was verified last, from disk, without a network. `undefined`: nothing yet. */
  last(): FeedDocuments | undefined;
  /** Calls `onHint` whenever the feed says there is something new, until `signal` aborts. Reconnects by itself. */
  follow(onHint: () => void, signal: AbortSignal): Promise<void>;
  /** Verifies an offline bundle as `look` verifies what it fetches, without a network. Absent: there are none of this kind. */
  take?(bundle: Uint8Array, terms: BundleTerms): Promise<FeedLook>;
}

/** How stale a bundle may be. */
export interface BundleTerms {
  /** Milliseconds for which a timestamp and a snapshot may have expired already. 0: not at all. */
  readonly allowanceMs: number;
}

/** A whole version of a feed: everything in it was verified, and belongs together. */
export interface FeedDocuments {
  /** Version of the feed's targets, rising with each publication. */
  readonly version: number;
  /** When the freshness statement was signed, and until when it is good; ms since the epoch. */
  readonly signedAt: number;
  readonly expiresAt: number;
  readonly documents: readonly FeedDocument[];
}

/** One document: the name it was published under, and its bytes as they were signed. */
export interface FeedDocument {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Products for which those who signed it may speak (`productsField` of the delegation). Absent: any. */
  readonly products?: readonly string[];
  /** Place of those who signed it among the delegations of targets, from 1. Absent: targets itself, before all of them. */
  readonly rank?: number;
  /** Until when those who signed it vouch for it, where that is sooner than the feed's `expiresAt`; ms since the epoch. */
  readonly freshUntil?: number;
  /** It holds something that this version does not know, and must not be applied in part. `bytes` is what was signed. */
  readonly unsupported?: { readonly id: string; readonly title: string; readonly reason: string };
}

export type FeedLook =
  /** With `trouble`: a part of the feed could not be used. What was verified of that part before is still among the documents. */
  | { readonly ok: true; readonly documents: FeedDocuments; readonly trouble?: FeedTrouble }
  | { readonly ok: false; readonly trouble: FeedTrouble };

/** In the order in which things are tried. */
export type FeedTroubleStep =
  | 'configuration'
  | 'dns'
  | 'tcp'
  | 'proxy'
  | 'tls'
  | 'http'
  | 'signature'
  | 'rollback'
  | 'expired'
  | 'content'
  | 'disk';

/** Why a feed could not be used. */
export interface FeedTrouble {
  readonly step: FeedTroubleStep;
  /** One sentence with the offending thing in it (host, issuer, status, role and version) and the remedy. */
  readonly reason: string;
}
