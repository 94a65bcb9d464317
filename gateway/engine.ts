import type {
  HeaderEdits,
  InboundVerdict,
  RewriteConfiguration,
  RewriteRequest,
  RewriteResponse,
  ScopedRules,
} from '@stopgap/rewrite';

/** What the gateway asks of compiled rules. Pure and synchronous; a throw refuses the request. */
export interface Matcher {
  inbound(request: RewriteRequest): InboundVerdict;
  outbound(request: RewriteRequest, response: RewriteResponse): HeaderEdits | undefined;
}

/** Reads and compiles rules. */
export interface RuleEngine {
  /** Parses the text of a `<rewrite>` element; throws naming line, column and what is wrong. */
  parse(source: string): RewriteConfiguration;
  /** Throws when a rule cannot be enforced in a proxy. */
  compile(rules: readonly ScopedRules[]): Matcher;
}
