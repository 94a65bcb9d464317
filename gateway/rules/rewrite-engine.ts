import { compileMatcher, parseRewrite, RewriteError, type ScopedRules } from '@stopgap/rewrite';
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
    inbound: matcher.inbound,
    outbound: (request, response, inbound) => {
      const { headers, observed } = matcher.outbound({ request, response, ...(inbound && { inbound }) });
      return { edits: headers, observed };
    },
  };
}
