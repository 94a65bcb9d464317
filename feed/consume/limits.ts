/** Every cap on what a feed may make a reader do, in one place. All are enforced while bytes arrive, before they are parsed. */
export interface FeedLimits {
  readonly rootBytes: number;
  readonly timestampBytes: number;
  readonly snapshotBytes: number;
  readonly targetsBytes: number;
  /** Of one document. */
  readonly documentBytes: number;
  readonly documents: number;
  /** Of all documents together. */
  readonly totalBytes: number;
  /** Roots followed in one look; an agent that is further behind goes on at the next. */
  readonly rootRotations: number;
  /** Delegated roles, at any depth. */
  readonly delegations: number;
  /** For each of name, connection, proxy and TLS. */
  readonly connectTimeoutMs: number;
  /** Without a byte. */
  readonly idleTimeoutMs: number;
  /** For one whole request. */
  readonly requestTimeoutMs: number;
  /** The root is asked for anew at least this often, even while the timestamp stays the same. */
  readonly rootProbeMs: number;
}

export const defaultLimits: FeedLimits = {
  rootBytes: 128 * 1024,
  timestampBytes: 16 * 1024,
  snapshotBytes: 256 * 1024,
  targetsBytes: 2 * 1024 * 1024,
  documentBytes: 1024 * 1024,
  documents: 5000,
  totalBytes: 64 * 1024 * 1024,
  rootRotations: 256,
  delegations: 32,
  connectTimeoutMs: 10_000,
  idleTimeoutMs: 15_000,
  requestTimeoutMs: 60_000,
  rootProbeMs: 24 * 3_600_000,
};
