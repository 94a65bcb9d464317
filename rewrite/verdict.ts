/** The rule that decided, for logs and for `explain`. */
export interface DecidingRule {
  readonly owner: string;
  readonly rule: string;
}

/** What the inbound rules decide about a request, and what those in mode `observe` would have decided. */
export type InboundVerdict = InboundOutcome & { readonly observed?: readonly Observation[] };

/** What rules in mode `observe` would have done. */
export interface Observation {
  readonly by: DecidingRule;
  readonly outcome: Exclude<InboundOutcome['outcome'], 'pass'> | 'set-variables' | 'header' | 'body';
}

/** `changes` are to be made to the request before it goes on. */
export type InboundOutcome =
  | { readonly outcome: 'pass'; readonly changes?: InboundChanges }
  | { readonly outcome: 'rewrite'; readonly url: string; readonly changes?: InboundChanges; readonly by: DecidingRule }
  | { readonly outcome: 'redirect'; readonly status: number; readonly location: string; readonly by: DecidingRule }
  | {
      readonly outcome: 'custom';
      readonly status: number;
      readonly subStatus: number;
      readonly reason: string;
      readonly body: string;
      readonly by: DecidingRule;
    }
  | { readonly outcome: 'abort'; readonly by: DecidingRule }
  /** A rule fired that may not set a server variable: IIS answers 500 at run time. */
  | { readonly outcome: 'error'; readonly status: 500; readonly reason: string; readonly by: DecidingRule };

/** What is to be set on a request before it goes on. */
export interface InboundChanges {
  /** Lower-case names; an empty value takes the header away. No CR, LF or NUL, but possibly characters beyond Latin-1. */
  readonly requestHeaders: ReadonlyMap<string, string>;
  /** Upper-case names. */
  readonly serverVariables: ReadonlyMap<string, string>;
}

/** New values of response headers: `undefined` takes the header away. Lower-case names; a list is one field line each (`set-cookie`). */
export type HeaderEdits = ReadonlyMap<string, string | readonly string[] | undefined>;
