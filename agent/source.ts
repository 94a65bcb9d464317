import type { ActionKind } from '@stopgap/mitigation';

/**
 * Where mitigations come from, as the agent sees it. `feed` implements it; the agent never sees a key, a signature or a
 * URL, only documents that were verified and, when they could not be, why.
 */
export interface MitigationSource {
  readonly name: string;
  /** What it may speak for, as this server's configuration says. Absent: everything. */
  readonly scope?: SourceScope;
  /** Fetches and verifies. Never throws for what a feed or a network does: that is `trouble`. */
  look(): Promise<SourceLook>;
  /** What was verified last, from disk, without a network. `undefined`: nothing yet. */
  last(): SourceDocuments | undefined;
  /**
   * Calls `onHint` whenever the feed says that there is something new (a hint only, never content), until `signal`
   * aborts. Reconnects by itself.
   */
  follow(onHint: () => void, signal: AbortSignal): Promise<void>;
  /**
   * Verifies an offline bundle exactly as `look` verifies what it fetches, without any network. Never throws for what is in
   * it. Absent: this kind of feed has no bundles.
   */
  take?(bundle: Uint8Array, terms: BundleTerms): Promise<SourceLook>;
}

/** What a feed may speak for; a mitigation beyond it is refused. Absent lists: no limit. */
export interface SourceScope {
  /** Products, as in a mitigation's `applicability`. */
  readonly products?: readonly string[];
  /** Kinds of action. `none` is always allowed. */
  readonly actions?: readonly ActionKind[];
}

/** How stale a bundle may be. */
export interface BundleTerms {
  /** Milliseconds for which a timestamp and a snapshot may have expired already. 0: not at all. */
  readonly allowanceMs: number;
}

/** The most bytes that are read of a bundle. */
export const mostBundleBytes = 160 * 1024 * 1024;

/** What a feed offered when it was last verified. */
export interface SourceDocuments {
  /** Version of the feed's targets, rising with each publication. */
  readonly version: number;
  /** When the freshness statement was signed, and until when it is good; ms since the epoch. */
  readonly signedAt: number;
  readonly expiresAt: number;
  readonly documents: readonly SourceDocument[];
}

/** One verified document. */
export interface SourceDocument {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Products for which those who signed it may speak, where the feed delegates by product. Absent: any. */
  readonly products?: readonly string[];
  /**
   * Whose word goes first where several in one feed speak of one id: 0, or absent, the feed itself, then those to whom it delegates, in
   * their order.
   */
  readonly rank?: number;
  /** Until when those who signed it vouch for it, where that is sooner than the feed's `expiresAt`; ms since the epoch. */
  readonly freshUntil?: number;
  /** It holds something that this version of Stopgap does not know: nothing of it is applied. */
  readonly unsupported?: { readonly id: string; readonly title: string; readonly reason: string };
}

export type SourceLook =
  /** With `trouble`: a part of the feed could not be used. What was verified of that part before is still among the documents. */
  | { readonly ok: true; readonly documents: SourceDocuments; readonly trouble?: SourceTrouble }
  | { readonly ok: false; readonly trouble: SourceTrouble };

/** Why a feed could not be used, in the order in which things are tried. */
export interface SourceTrouble {
  readonly step:
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
  /** One sentence with the offending thing in it (host, issuer, status, role and version) and the remedy. */
  readonly reason: string;
}
