import {
  evaluateInbound,
  evaluateOutbound,
  type HeaderFields,
  type InboundVerdict,
  type OutboundVerdict,
  prepareRules,
  type RewriteRequest,
  type RewriteResponse,
  type ScopedRules,
} from '@stopgap/rewrite';
import type { Evidence, Mitigation } from './document.ts';

/** What one piece of evidence would come to, by the rules alone. */
export interface RehearsedEvidence {
  readonly evidence: Evidence;
  /** `unknown`: a stopped service or pool may refuse it, which rules cannot tell. */
  readonly holds: boolean | 'unknown';
  /** For people, e.g. `cut off by rule "EEMS M1.1 PowerShell - inbound"`. */
  readonly seen: string;
}

/** A rehearsal of a mitigation's evidence. */
export interface Rehearsal {
  readonly evidence: readonly RehearsedEvidence[];
  /** Names of rules that no piece of evidence makes act: nothing shows that they work. */
  readonly idleRules: readonly string[];
}

/** What runs rules: the interpreter, or rules that were compiled for this process. */
export interface RuleEngine {
  inbound(request: RewriteRequest): InboundVerdict;
  outbound(exchange: Parameters<typeof evaluateOutbound>[1]): OutboundVerdict;
}

/** The interpreter. */
function interpreted(rules: readonly ScopedRules[]): RuleEngine {
  const prepared = prepareRules(rules);
  return {
    inbound: (request) => evaluateInbound(prepared, request),
    outbound: (exchange) => evaluateOutbound(prepared, exchange),
  };
}

/** The mitigation's rules, each at the level that its action names. */
export function rulesOf(mitigation: Pick<Mitigation, 'id' | 'actions'>): readonly ScopedRules[] {
  return mitigation.actions.flatMap((action) => scopedRules(mitigation.id, action));
}

/**
 * Runs the evidence through the mitigation's own rules, in this process, on a server that answers everything with an empty
 * HTML page: a first proof for authors, before there is a server. Throws `RewriteError` for a rule that cannot be run
 * outside IIS.
 */
export function rehearse(
  mitigation: Pick<Mitigation, 'id' | 'actions' | 'evidence'>,
  engine: (rules: readonly ScopedRules[]) => RuleEngine = interpreted,
): Rehearsal {
  const rules = engine(rulesOf(mitigation));
  const others = mitigation.actions.some((action) => action.kind === 'service' || action.kind === 'appPool');
  const acted = new Set<string>();
  const evidence = mitigation.evidence.map((one) => rehearseOne(one, rules, others, acted));
  const names = mitigation.actions.flatMap((action) =>
    action.kind === 'urlRewrite'
      ? [...action.rewrite.globalRules, ...action.rewrite.rules, ...action.rewrite.outboundRules].map(
          ({ name }) => name,
        )
      : [],
  );
  return { evidence, idleRules: names.filter((name) => !acted.has(name)) };
}

/**
 * Names (lower case) of the response headers that the mitigation's rules would change in this response to the evidence's
 * request: what a real answer can show depends on its status and kind.
 */
export function headersChangedIn(
  mitigation: Pick<Mitigation, 'id' | 'actions'>,
  evidence: Evidence,
  response: RewriteResponse,
): ReadonlySet<string> {
  const rules = prepareRules(rulesOf(mitigation));
  const request = requestOf(evidence);
  const inbound = evaluateInbound(rules, request);
  return new Set(evaluateOutbound(rules, { request, response, inbound }).headers.keys());
}

function scopedRules(owner: string, action: Mitigation['actions'][number]): readonly ScopedRules[] {
  if (action.kind !== 'urlRewrite') return [];
  const level = action.scope.level === 'path' ? action.scope.path : '/';
  return [{ owner, level, configuration: action.rewrite, mode: 'enforce' }];
}

function rehearseOne(evidence: Evidence, rules: RuleEngine, others: boolean, acted: Set<string>): RehearsedEvidence {
  const request = requestOf(evidence);
  const inbound = rules.inbound(request);
  if ('by' in inbound) acted.add(inbound.by.rule);
  const refusal = refusedBy(inbound);
  if (evidence.expect === 'refused') {
    if (refusal) return { evidence, holds: true, seen: refusal };
    return { evidence, holds: others ? 'unknown' : false, seen: 'passes the rules' };
  }
  if (refusal) return { evidence, holds: false, seen: refusal };
  return rehearseResponse(evidence, request, inbound, rules, acted);
}

function rehearseResponse(
  evidence: Evidence,
  request: RewriteRequest,
  inbound: InboundVerdict,
  rules: RuleEngine,
  acted: Set<string>,
): RehearsedEvidence {
  const response = { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } };
  const outbound = rules.outbound({ request, response, inbound });
  for (const { rule } of outbound.by) acted.add(rule);
  for (const { name, contains } of evidence.responseHeaders) {
    const value = outbound.headers.get(name.toLowerCase());
    const text = typeof value === 'string' ? value : (value ?? []).join(', ');
    if (!text.includes(contains)) {
      return { evidence, holds: false, seen: `${name}: ${text === '' ? 'as it was' : text}` };
    }
  }
  const edits = outbound.by.map(({ rule }) => JSON.stringify(rule)).join(', ');
  return { evidence, holds: true, seen: edits === '' ? 'passes the rules' : `passes, patched over by rule ${edits}` };
}

function refusedBy(verdict: InboundVerdict): string | undefined {
  if (verdict.outcome === 'pass' || verdict.outcome === 'rewrite') return undefined;
  const rule = `rule ${JSON.stringify(verdict.by.rule)}`;
  return verdict.outcome === 'abort' ? `cut off by ${rule}` : `answered with ${verdict.status} by ${rule}`;
}

function requestOf({ request }: Evidence): RewriteRequest {
  const fields = new Map<string, string>();
  for (const { name, value } of request.headers) {
    const key = name.toLowerCase();
    const earlier = fields.get(key);
    // RFC 9110, 5.3; cookies are joined their own way (RFC 9113, 8.2.3).
    const joined = `${earlier}${key === 'cookie' ? '; ' : ', '}${value}`;
    fields.set(key, earlier === undefined ? value : joined);
  }
  const headers: HeaderFields = Object.fromEntries(fields);
  const host = fields.get('host') ?? 'server.example';
  return { method: request.method, scheme: 'https', host, url: request.url, headers };
}
