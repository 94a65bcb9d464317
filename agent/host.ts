import type { Action, ActionKind } from '@stopgap/mitigation';

/**
 * A kind of server that actions can be carried out on. One folder under `hosts/` implements it; `agent` knows no other
 * thing about servers.
 *
 * A host is asked what it would have to change so that it holds exactly the wanted actions (`plan`), then told to make
 * each change (`perform`), then to put the new configuration in force (`activate`). The agent journals every change
 * before it is made; `perform` and `undo` must therefore be idempotent, and must work from the `Change` alone.
 */
export interface Host {
  /** Unique on this server, as in the agent's configuration. */
  readonly name: string;
  readonly kind: string;
  /** The kinds of action that are this kind of server's business; it is never asked about others. */
  readonly holds: readonly ActionKind[];

  /** What is there. Changes nothing. */
  survey(): Promise<HostSurvey>;

  /** Whether this host can hold the action, and if not, why. Pure. */
  accepts(action: HeldAction, survey: HostSurvey): Acceptance;

  /**
   * Compares what is there with `wanted` (all that this host should hold, nothing else of ours) and says what would have
   * to change. Changes nothing. `findings` has one entry for each wanted action, in order.
   */
  plan(wanted: readonly HeldAction[], claims: Claims): Promise<HostPlan>;

  /** Makes one change. Doing it twice does no harm. */
  perform(change: Change): Promise<void>;

  /**
   * Takes one change back. Doing it twice, or without `perform` before, does no harm. Where somebody else has changed the
   * thing meanwhile, only our part is taken out and theirs stays.
   */
  undo(change: Change): Promise<void>;

  /** Tests the configuration as it stands and puts it in force; throws `HostError` when refused, and what served before still serves. */
  activate(): Promise<void>;

  /** The very configuration the action becomes here, for `show` and `plan`. */
  render(action: HeldAction): readonly RenderedPart[];
}

/** What a host was found to be. */
export interface HostSurvey {
  /** `false`: this kind of server is not here (any more), with the reason. */
  readonly present: boolean;
  readonly detail: string;
  readonly version?: string;
  /** What has to be installed before this host can hold actions; each with its remedy. Empty: ready. */
  readonly missing: readonly { readonly what: string; readonly remedy: string }[];
  /** What of the server's own settings lets some requests past what this host holds, which it holds all the same. Absent: nothing known. */
  readonly weaknesses?: readonly { readonly what: string; readonly remedy: string }[];
  /** Where the host answers, for proofs. Empty: cannot be probed now. */
  readonly endpoints: readonly Endpoint[];
  /** Where it has to write, for the service's sandbox and for `doctor`. Absent: cannot be told. */
  readonly writes?: readonly WrittenFolder[];
}

/** A folder in which a host changes files, or in which the server's own test of its configuration opens some for writing. */
export interface WrittenFolder {
  /** Absolute. */
  readonly folder: string;
  /** What for, e.g. `its configuration`. */
  readonly why: string;
  /** Stopgap makes the folder itself, and may remove it again when it is empty. */
  readonly ours?: boolean;
}

/** An address at which the real server answers. */
export interface Endpoint {
  readonly scheme: 'http' | 'https';
  readonly address: string;
  readonly port: number;
  /** Host header to use when the evidence names none; TLS server name. */
  readonly hostHeader: string;
  /**
   * The site that answers, where a host has several with names of their own. Evidence of actions for certain sites is sent
   * to these alone; an endpoint without a site is asked about everything.
   */
  readonly site?: string;
}

/** One action of one mitigation, as held or wanted on a host. */
export interface HeldAction {
  readonly mitigation: string;
  readonly revision: number;
  /** Which action of the mitigation, from 0. */
  readonly index: number;
  readonly action: Action;
  readonly mode: 'enforce' | 'observe';
}

export type Acceptance =
  | { readonly accepted: true; readonly notes: readonly string[] }
  | {
      readonly accepted: false;
      readonly state: 'unsupported' | 'prerequisite-missing' | 'not-applicable';
      readonly reason: string;
    };

/** State of things before their first claim, by `thing`; what a host restores when the last claim ends. */
export type Claims = ReadonlyMap<string, string>;

/** What stands on a host, and what would have to change. */
export interface HostPlan {
  readonly findings: readonly Finding[];
  /** In the order to make them; taken back in reverse. Empty: all is as wanted. */
  readonly changes: readonly Change[];
}

/** What stands on the host for one wanted action. */
export interface Finding {
  /**
   * `absent`: not there. `in-place`: there and as wanted. `drifted`: was ours, changed or disabled by somebody.
   * `adopted`: a rule of the same effect under another name. `conflict`: our name on something different.
   */
  readonly presence: 'absent' | 'in-place' | 'drifted' | 'adopted' | 'conflict';
  readonly detail: string;
  /**
   * The thing that the action claims, where several mitigations may claim the same one (a service, a pool), with its state
   * as it is now in the host's own JSON. Absent for rules: each has its own.
   */
  readonly claims?: { readonly thing: string; readonly state: string };
}

/** One change, as data: it is journalled whole before it is made. */
export type Change = FileChange | StateChange;

/** A file that is created, replaced or removed. */
export interface FileChange {
  readonly kind: 'file';
  readonly host: string;
  readonly path: string;
  /** `null`: there is no such file. */
  readonly before: FileContent | null;
  readonly after: FileContent | null;
  /** For people, e.g. `include line in server block mail.example.org`. */
  readonly summary: string;
}

/** A file, as far as putting it back is concerned. */
export interface FileContent {
  readonly base64: string;
  /** Permission bits. */
  readonly mode: number;
}

/** A service, pool or the like whose running or start-up state changes; `before` and `after` are the host's own JSON. */
export interface StateChange {
  readonly kind: 'state';
  readonly host: string;
  readonly thing: string;
  readonly before: string;
  readonly after: string;
  readonly summary: string;
}

/** A piece of configuration, for people. */
export interface RenderedPart {
  /** Where it would stand, e.g. a path and block. */
  readonly where: string;
  readonly text: string;
}

export type HostErrorCode =
  | 'configuration-refused'
  | 'reload-failed'
  | 'unreachable'
  | 'changed-meanwhile'
  | 'access-denied';

/** A host would not do what it was told; the message says what it answered and what to do. */
export class HostError extends Error {
  readonly code: HostErrorCode;
  constructor(code: HostErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'HostError';
    this.code = code;
  }
}
