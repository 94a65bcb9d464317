import type { HostSurvey } from '../host.ts';

/** All that the checks look at, collected once; absent things are `undefined`, so that their checks are passed over. */
export interface DoctorFacts {
  /** Milliseconds since the epoch, by this machine's clock. */
  readonly now: number;
  readonly state: StateFacts;
  /** Why the configuration cannot be used. */
  readonly configTrouble: string | undefined;
  /** When `agent.json` was last written; ms since the epoch. */
  readonly configChanged?: number | undefined;
  readonly hosts: readonly HostFacts[];
  readonly products: readonly { readonly product: string; readonly build: string }[] | undefined;
  readonly productProblems: ReadonlyMap<string, string>;
  readonly feeds: readonly FeedFacts[];
  readonly policyTroubles: readonly { readonly file: string; readonly why: string }[];
  readonly journal: JournalFacts;
  readonly places: readonly PlaceFacts[];
  /** Whether this machine's clock is kept by a time service; `undefined`: nobody knows. */
  readonly clockSynchronised: boolean | undefined;
  /** `undefined`: this machine has no service manager that we know. */
  readonly service: ServiceFacts | undefined;
  readonly root: boolean;
}

/** The state folder. */
export interface StateFacts {
  readonly folder: string;
  readonly exists: boolean;
  /** Permission bits, with the folder's owner; `undefined` on Windows. */
  readonly mode: number | undefined;
  readonly uid: number | undefined;
}

/** A configured host, looked at. */
export interface HostFacts {
  readonly name: string;
  readonly kind: string;
  /** A text: why it could not be looked at. */
  readonly survey: HostSurvey | string;
}

/** A configured feed, and how each step of the way to it went. */
export interface FeedFacts {
  readonly name: string;
  readonly steps: readonly {
    readonly step: string;
    readonly verdict: 'ok' | 'failed' | 'skipped';
    readonly detail: string;
  }[];
  /** When its newest freshness statement was signed; ms since the epoch. */
  readonly signed: number | undefined;
}

/** The journal of changes. */
export type JournalFacts =
  | { readonly kind: 'absent' }
  | { readonly kind: 'unusable'; readonly why: string }
  | {
      readonly kind: 'usable';
      readonly bytes: number;
      /** Operations that were begun and neither finished nor taken back. */
      readonly open: number;
      readonly looked: number | undefined;
      /** When the service started last, which is when it read its configuration; ms since the epoch. */
      readonly started?: number | undefined;
      /** Why the last look failed as a whole; empty: it did not. */
      readonly trouble: string;
      readonly held: number;
    };

/** A folder that must be written to. */
export interface PlaceFacts {
  readonly folder: string;
  /** Who writes there, and what: `nginx: its configuration`. */
  readonly why: string;
  readonly exists: boolean;
  readonly writable: boolean;
  /** Stopgap makes it when it needs it. */
  readonly ours: boolean;
  /** Free for root; `undefined`: cannot be told. */
  readonly freeBytes: number | undefined;
}

/** The agent as a service of this machine. */
export interface ServiceFacts {
  readonly installed: boolean;
  readonly active: boolean;
  /** How it ended, where it did not end well. */
  readonly failed?: string | undefined;
  /** A task of Windows rather than a unit of systemd. */
  readonly task?: boolean;
  readonly enabled: boolean;
  /** Folders that its sandbox lets it write in; `undefined`: all. */
  readonly mayWrite: readonly string[] | undefined;
}
