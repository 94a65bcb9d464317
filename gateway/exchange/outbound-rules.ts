import type { HeaderEdits, RewriteResponse } from '@stopgap/rewrite';
import { reasonOf } from '../errors.ts';
import { framingFields } from '../request/field-kinds.ts';
import { bodyText } from '../response/body-text.ts';
import type { ResponseFields } from '../response/response-fields.ts';
import { fieldsOfTheBody, RewrittenBody } from '../response/rewritten-body.ts';
import type { ResponseVerdict } from '../rules/engine.ts';
import type { Exchange } from './exchange.ts';
import { described, noteObserved } from './observed.ts';

/** What the outbound rules in force change in a response. */
export interface ResponseChanges {
  readonly edits: HeaderEdits;
  /** Fields that are no longer true where rules may change the body. */
  readonly without?: ReadonlySet<string>;
  /** What the body has to go through; absent where no rule looks at it. */
  readonly body?: RewrittenBody;
}

/** Asks the outbound rules in force; `failed`: they could not be evaluated, so the response must not go out. */
export function judgeResponse(
  exchange: Exchange,
  status: number,
  fields: ResponseFields,
): ResponseChanges | undefined | 'failed' {
  const { view } = exchange;
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
    const body = bodyFor(exchange, verdict, status, fields);
    const changesBody = verdict.rewriters.length > 0 && status !== 304;
    return { edits: verdict.edits, ...(changesBody && { without: fieldsOfTheBody }), ...(body && { body }) };
  } catch (error) {
    noteFailure(exchange, error);
    return 'failed';
  }
}

/** Says and counts that a rule for responses could not be applied. */
export function noteFailure(exchange: Exchange, error: unknown): void {
  const { site } = exchange;
  site.tally.ruleFailures++;
  const fields = { ...described(exchange), reason: reasonOf(error) };
  site.refusals.write('a response rule failed; the response was held back', fields);
}

/** Says which rules in mode `observe` would have changed a body that has gone out. */
export function noteObservedBody(exchange: Exchange, { observed }: RewrittenBody): void {
  noteObserved(
    exchange,
    observed.map((by) => ({ by, outcome: 'body' })),
  );
}

function bodyFor(
  { request }: Exchange,
  { rewriters, observers }: ResponseVerdict,
  status: number,
  fields: ResponseFields,
): RewrittenBody | undefined {
  if (rewriters.length + observers.length === 0 || request.method === 'HEAD' || status === 204 || status === 304) {
    return undefined;
  }
  const refusal = rewriters.find((one) => one.refusal)?.refusal;
  if (refusal) throw new Error(refusal.reason);
  const type = String(fields['content-type'] ?? '');
  const text = bodyText(type);
  if (text) return new RewrittenBody(text, rewriters, observers);
  if (rewriters.length > 0) throw new Error(`rules cannot look into a body of type ${type.slice(0, 100)}`);
  return undefined;
}
