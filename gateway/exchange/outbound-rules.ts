import type { HeaderEdits, RewriteResponse } from '@stopgap/rewrite';
import { reasonOf } from '../errors.ts';
import { framingFields } from '../request/field-kinds.ts';
import type { ResponseFields } from '../response/response-fields.ts';
import type { Exchange } from './exchange.ts';
import { noteObserved } from './observed.ts';

/** What the outbound rules in force change in a response; `failed`: they could not be evaluated, so it must not go out. */
export function judgeResponse(
  exchange: Exchange,
  status: number,
  fields: ResponseFields,
): HeaderEdits | undefined | 'failed' {
  const { site, view } = exchange;
  const { outbound } = exchange.rules;
  if (!outbound) return undefined;
  // No prototype: a field named `constructor` is just absent or present.
  const response: RewriteResponse = { status, headers: Object.assign(Object.create(null), fields) };
  try {
    const verdict = outbound.outbound(view, response, exchange.verdict);
    if (!verdict) return undefined;
    noteObserved(exchange, verdict.observed);
    for (const name of verdict.edits.keys()) {
      if (framingFields.has(name)) throw new Error(`a rule sets ${name}, which frames the response`);
    }
    return verdict.edits;
  } catch (error) {
    site.tally.ruleFailures++;
    const url = view.url.slice(0, 1000);
    site.refusals.write('a response rule failed; the response was held back', { url, reason: reasonOf(error) });
    return 'failed';
  }
}
