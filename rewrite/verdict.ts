/** The rule that decided, for logs and for `explain`. */
export interface DecidingRule {
  readonly owner: string;
  readonly rule: string;
}

/** What the inbound rules decide about a request. `headers` are request headers to set (lower-case names) before it goes on. */
export type InboundVerdict =
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

export interface InboundChanges {
  /** Lower-case names. */
  readonly requestHeaders: ReadonlyMap<string, string>;
  /** Upper-case names. */
  readonly serverVariables: ReadonlyMap<string, string>;
}

/** New values of response headers: `undefined` takes the header away. Lower-case names; a list is one field line each (`set-cookie`). */
export type HeaderEdits = ReadonlyMap<string, string | readonly string[] | undefined>;
