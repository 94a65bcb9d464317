import { evaluateInbound, parseRewrite, prepareRules, type ScopedRules } from '@stopgap/rewrite';
import type { Matcher, RuleEngine } from './engine.ts';

/** The engine of the `rewrite` room: rules mean here what they mean on IIS. */
export const rewriteEngine: RuleEngine = { parse: parseRewrite, compile };

function compile(rules: readonly ScopedRules[]): Matcher {
  const prepared = prepareRules(rules);
  return {
    inbound: (request) => evaluateInbound(prepared, request),
    outbound: () => undefined,
  };
}
