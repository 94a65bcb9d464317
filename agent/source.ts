/**
 * Where mitigations come from, as the agent sees it. `feed` implements it; the agent never sees a key, a signature or a
 * URL, only documents that were verified and, when they could not be, why.
 */
export interface MitigationSource {
  readonly name: string;
  /** Fetches and verifies. Never throws for what a feed or a network does: that is `trouble`. */
  look(): Promise<SourceLook>;
  /** What was verified last, from disk, without a network. `undefined`: nothing yet. */
  last(): SourceDocuments | undefined;
  /**
   * Calls `onHint` whenever the feed says that there is something new (a hint only, never content), until `signal`
   * aborts. Reconnects by itself.
   */
  follow(onHint: () => void, signal: AbortSignal): Promise<void>;
}

/** What a feed offered when it was last verified. */
export interface SourceDocuments {
  /** Version of the feed's targets, rising with each publication. */
  readonly version: number;
  /** When the freshness statement was signed, and until when it is good; ms since the epoch. */
  readonly signedAt: number;
  readonly expiresAt: number;
  readonly documents: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

export type SourceLook =
  | { readonly ok: true; readonly documents: SourceDocuments }
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
