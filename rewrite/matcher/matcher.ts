import type { Exchange } from '../evaluate/exchange.ts';
import type { OutboundVerdict } from '../evaluate/outbound.ts';
import type { ScopedRules } from '../model.ts';
import { prepareRules } from '../prepare/prepare-rules.ts';
import type { PreparedRules } from '../prepare/rules.ts';
import type { RewriteRequest } from '../request.ts';
import type { InboundVerdict } from '../verdict.ts';
import { inboundMatcher } from './inbound-matcher.ts';
import { outboundMatcher } from './outbound-matcher.ts';

/**
 * Rules compiled for a proxy: the verdicts of `evaluateInbound` and `evaluateOutbound`, at a cost that hardly depends on how many rules there are.
 * Immutable and synchronous; one serves all requests of a process.
 */
export interface Matcher {
  /** The prepared rules, for `bodyRewriter` and `explain`. */
  readonly rules: PreparedRules;
  /** The verdict; what rules in mode `observe` would have done is in `observed`. Refuses inputs longer than `longestInput`. */
  inbound(request: RewriteRequest): InboundVerdict;
  /** Header edits, and whether the body is wanted. */
  outbound(exchange: Exchange): OutboundVerdict;
}

/** Compiles rules of all owners, in order. `@throws` RewriteError for rules that cannot be run outside IIS, or not in linear time. */
export function compileMatcher(rules: readonly ScopedRules[]): Matcher {
  return matcherOf(prepareRules(rules));
}

/** A matcher for rules that are prepared already. */
export function matcherOf(rules: PreparedRules): Matcher {
  return { rules, inbound: inboundMatcher(rules), outbound: outboundMatcher(rules) };
}
