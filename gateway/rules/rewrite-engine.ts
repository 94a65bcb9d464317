import { compileMatcher, parseRewrite, type ScopedRules } from '@stopgap/rewrite';
import { refuseUnenforceable } from './enforceable.ts';
import type { Matcher, RuleEngine } from './engine.ts';

/** The engine of the `rewrite` room: rules mean here what they mean on IIS. */
export const rewriteEngine: RuleEngine = { parse: parseRewrite, compile };

function compile(rules: readonly ScopedRules[]): Matcher {
  for (const scoped of rules) refuseUnenforceable(scoped);
  const matcher = compileMatcher(rules);
  return {
    inbound: matcher.inbound,
    outbound: (request, response, inbound) => {
      const { headers, observed } = matcher.outbound({ request, response, ...(inbound && { inbound }) });
      return { edits: headers, observed };
    },
  };
}
