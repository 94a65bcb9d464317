import type {
  BodyRewriter,
  HeaderEdits,
  InboundVerdict,
  Observation,
  RewriteConfiguration,
  RewriteRequest,
  RewriteResponse,
  ScopedRules,
} from '@stopgap/rewrite';

/** What outbound rules make of a response. */
export interface ResponseVerdict {
  readonly edits: HeaderEdits;
  /** What rules in mode `observe` would have done. */
  readonly observed: readonly Observation[];
  /** What the body has to go through, in order. */
  readonly rewriters: readonly BodyRewriter[];
  /** What looks at the body for rules in mode `observe`. */
  readonly observers: readonly BodyRewriter[];
}

/** What the gateway asks of compiled rules. Pure and synchronous; a throw refuses the request. */
export interface Matcher {
  /** Whether some rule looks at bodies of responses, which have to come whole and uncompressed then. */
  readonly bodies: boolean;
  inbound(request: RewriteRequest): InboundVerdict;
  /** `inbound` is what was decided about the request; `undefined` back: nothing to do. */
  outbound(request: RewriteRequest, response: RewriteResponse, inbound?: InboundVerdict): ResponseVerdict | undefined;
}

/** Reads and compiles rules. */
export interface RuleEngine {
  /** Parses a `<rewrite>` element; throws naming line, column and what is wrong. */
  parse(source: string | Uint8Array): RewriteConfiguration;
  /** Throws when a rule cannot be enforced in a proxy. */
  compile(rules: readonly ScopedRules[]): Matcher;
}
