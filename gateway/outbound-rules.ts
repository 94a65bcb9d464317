import type { HeaderEdits, RewriteResponse } from '@stopgap/rewrite';
import { reasonOf } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { framingFields } from './field-kinds.ts';
import type { ResponseFields } from './response-fields.ts';

/** What the outbound rules in force change in a response; `failed`: they could not be evaluated, so it must not go out. */
export function judgeResponse(
  exchange: Exchange,
  status: number,
  fields: ResponseFields,
): HeaderEdits | undefined | 'failed' {
  const { site, view } = exchange;
  const { outbound, observeOutbound } = site.rules;
  if (!outbound && !observeOutbound) return undefined;
  const response: RewriteResponse = { status, headers: Object.assign(Object.create(null), fields) };
  if (observeOutbound) {
    try {
      const edits = observeOutbound.outbound(view, response);
      if (edits && edits.size > 0) note(exchange, [...edits.keys()].join(', '));
    } catch (error) {
      site.refusals.write('an observed rule failed', { url: view.url.slice(0, 1000), reason: reasonOf(error) });
    }
  }
  try {
    const edits = outbound?.outbound(view, response);
    if (edits) for (const name of edits.keys()) refuseFraming(name);
    return edits;
  } catch (error) {
    site.tally.ruleFailures++;
    const url = view.url.slice(0, 1000);
    site.refusals.write('a response rule failed; the response was held back', { url, reason: reasonOf(error) });
    return 'failed';
  }
}

function note({ site, view }: Exchange, changed: string): void {
  site.tally.observed++;
  site.refusals.write('response would be changed', { url: view.url.slice(0, 1000), fields: changed });
}

function refuseFraming(name: string): void {
  if (framingFields.has(name)) throw new Error(`a rule sets ${name}, which frames the response`);
}
