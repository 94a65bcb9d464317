import { evaluateInbound, evaluateOutbound, parseRewrite, prepareRules, type ScopedRules } from '@stopgap/rewrite';
import { refuseUnenforceable } from './enforceable.ts';
import type { Matcher, RuleEngine } from './engine.ts';

/** The engine of the `rewrite` room: rules mean here what they mean on IIS. */
export const rewriteEngine: RuleEngine = { parse: parseRewrite, compile };

function compile(rules: readonly ScopedRules[]): Matcher {
  for (const scoped of rules) refuseUnenforceable(scoped);
  const prepared = prepareRules(rules);
  return {
    inbound: (request) => evaluateInbound(prepared, request),
    outbound: (request, response, inbound) => {
      const { headers, observed } = evaluateOutbound(prepared, { request, response, ...(inbound && { inbound }) });
      return { edits: headers, observed };
    },
  };
}
