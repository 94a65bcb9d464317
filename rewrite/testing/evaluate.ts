import {
  bodyRewriter,
  type Exchange,
  evaluateInbound,
  evaluateOutbound,
  type HeaderFields,
  type InboundVerdict,
  type PreparedRules,
  parseRewrite,
  prepareRules,
  type RewriteRequest,
  type ScopedRules,
} from '../index.ts';

/** The rules of a `<rewrite>` element's content. */
export function prepared(content: string, more: Partial<ScopedRules> = {}): PreparedRules {
  const configuration = parseRewrite(`<rewrite>${content}</rewrite>`);
  return prepareRules([{ owner: 'test', level: '/', mode: 'enforce', configuration, ...more }]);
}

/** A GET for `url` at `http://www.example.com`. */
export function request(url: string, more: Partial<RewriteRequest> = {}): RewriteRequest {
  return { method: 'GET', scheme: 'http', host: 'www.example.com', url, headers: {}, ...more };
}

/** The verdict on `url` of one distributed rule, given as the content of `<rule name="t">` or whole. */
export function verdictOf(rule: string, url: string, more: Partial<RewriteRequest> = {}): InboundVerdict {
  const whole = rule.startsWith('<rule') ? rule : `<rule name="t">${rule}</rule>`;
  return evaluateInbound(prepared(`<rules>${whole}</rules>`), request(url, more));
}

/** What a template becomes for a request: read back from the reason of a custom response. */
export function filledIn(template: string, url: string, more: Partial<RewriteRequest> = {}, match = '.*'): string {
  const escaped = template.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  const action = `<action type="CustomResponse" statusCode="404" statusDescription="${escaped}"/>`;
  const verdict = verdictOf(`<match url="${match}"/>${action}`, url, more);
  if (verdict.outcome !== 'custom') throw new Error(`the rule did not fire: ${verdict.outcome}`);
  return verdict.body;
}

/** Response headers after the outbound rules, those that changed; `undefined` where one was taken away. */
export function headersAfter(content: string, headers: HeaderFields, more: Partial<Exchange> = {}) {
  const exchange: Exchange = { request: request('/x'), response: { status: 200, headers }, ...more };
  return Object.fromEntries(evaluateOutbound(prepared(content), exchange).headers);
}

/** A body after the outbound rules. */
export function bodyAfter(content: string, body: string, headers: HeaderFields = {}): string {
  const exchange: Exchange = { request: request('/x'), response: { status: 200, headers } };
  const rewriter = bodyRewriter(prepared(content), exchange);
  return rewriter ? rewriter.write(body) + rewriter.end() : body;
}
