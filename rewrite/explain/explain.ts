import type { PreparedRules } from '../prepare/rules.ts';
import type { RewriteRequest, RewriteResponse } from '../request.ts';
import { cookPath } from '../url/cook-path.ts';
import { splitTarget } from '../url/target.ts';
import { explainInbound } from './explain-inbound.ts';
import { explainOutbound } from './explain-outbound.ts';
import type { Explanation } from './explanation.ts';
import { verdictWords } from './words.ts';

/** A response to explain outbound rules on. */
export interface ExplainedResponse extends RewriteResponse {
  /** Without it, rules that look at the body are not tried. */
  readonly body?: string;
}

/**
 * Which rule, which condition, what each pattern saw and captured, and why each rule did or did not fire: the same evaluation
 * as `evaluateInbound` and `evaluateOutbound`, told step by step. `renderExplanation` puts it in words.
 */
export function explain(rules: PreparedRules, request: RewriteRequest, response?: ExplainedResponse): Explanation {
  const inbound = explainInbound(rules, request);
  const { verdict } = inbound;
  const goesOn = verdict.outcome === 'pass' || verdict.outcome === 'rewrite';
  const out =
    response && goesOn ? explainOutbound(rules, { request, response, inbound: verdict }, response.body) : undefined;
  const target = splitTarget(request.url);
  return {
    method: request.method,
    url: request.host === '' ? request.url : `${request.scheme}://${request.host}${request.url}`,
    path: cookPath(target.path),
    query: target.search.slice(1),
    inbound: inbound.rules,
    verdict,
    outcome: verdictWords(verdict),
    outbound: out?.rules ?? [],
    outboundVerdict: out?.verdict,
  };
}
