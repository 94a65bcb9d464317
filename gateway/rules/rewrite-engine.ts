import {
  bodyObserver,
  bodyRewriter,
  compileMatcher,
  type OutboundRule,
  parseRewrite,
  RewriteError,
  type ScopedRules,
} from '@stopgap/rewrite';
import { refuseUnenforceable } from './enforceable.ts';
import type { Matcher, RuleEngine } from './engine.ts';

/** The engine of the `rewrite` room: rules mean here what they mean on IIS. */
export const rewriteEngine: RuleEngine = {
  parse: (source) => withPlace(() => parseRewrite(source)),
  compile: (rules) => withPlace(() => compile(rules)),
};

/** Puts the place into the message: whoever reads it in a log has nothing else. */
function withPlace<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RewriteError)) throw error;
    const { line, column } = error.position;
    throw new RewriteError(error.code, `line ${line}, column ${column}: ${error.message}`, error.position, error);
  }
}

function compile(rules: readonly ScopedRules[]): Matcher {
  for (const scoped of rules) refuseUnenforceable(scoped);
  const matcher = compileMatcher(rules);
  return {
    bodies: rules.some(({ configuration }) => configuration.outboundRules.some(looksAtBody)),
    inbound: matcher.inbound,
    outbound: (request, response, inbound) => {
      const exchange = { request, response, ...(inbound && { inbound }) };
      const { headers, observed, wantsBody, observesBody } = matcher.outbound(exchange);
      const rewriter = wantsBody ? bodyRewriter(matcher.rules, exchange) : undefined;
      const observer = observesBody ? bodyObserver(matcher.rules, exchange) : undefined;
      return { edits: headers, observed, rewriters: rewriter ? [rewriter] : [], observers: observer ? [observer] : [] };
    },
  };
}

function looksAtBody({ enabled, match }: OutboundRule): boolean {
  return enabled && match.serverVariable === '';
}
