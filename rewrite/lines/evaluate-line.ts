import { bodyRewriter } from '../body/body-rewriter.ts';
import type { Exchange } from '../evaluate/exchange.ts';
import { evaluateInbound } from '../evaluate/inbound.ts';
import { evaluateOutbound } from '../evaluate/outbound.ts';
import { PatternExhausted } from '../pattern/index.ts';
import type { PreparedRules } from '../prepare/rules.ts';
import type { InboundVerdict } from '../verdict.ts';
import { type AnswerLine, jsonObject, ruleNames } from './answer.ts';
import type { LineRules } from './line-rules.ts';
import { type RequestLine, RequestLineError, readRequestLine } from './read-request.ts';

/** The answer to one line of JSON; a line that is no request is answered with `invalid-request` and the reason. */
export function evaluateLine(rules: LineRules, line: string): AnswerLine {
  try {
    const read = readRequestLine(line);
    return { id: read.id, ...answerOrExhaustion(rules, read) };
  } catch (error) {
    if (error instanceof RequestLineError) return { id: error.id, outcome: 'invalid-request', reason: error.message };
    throw error;
  }
}

function answerOrExhaustion(rules: LineRules, read: RequestLine): AnswerLine {
  try {
    return answer(rules, read);
  } catch (error) {
    if (!(error instanceof PatternExhausted)) throw error;
    return { outcome: 'invalid-config', status: 500, reason: error.message, phase: 'runtime' };
  }
}

function answer(rules: LineRules, line: RequestLine): AnswerLine {
  const prepared = rules.for(line);
  const verdict = evaluateInbound(prepared, line.request);
  switch (verdict.outcome) {
    case 'abort':
      return { outcome: 'abort', ...ruleNames([verdict.by]) };
    case 'redirect':
      return {
        outcome: 'redirect',
        status: verdict.status,
        location: verdict.location,
        ...ruleNames([verdict.by]),
      };
    case 'custom': {
      const { status, subStatus, reason, body, by } = verdict;
      return { outcome: 'custom', status, subStatus, reason, body, ...ruleNames([by]) };
    }
    case 'error':
      return failed(verdict.reason, verdict.by.rule);
    case 'pass':
    case 'rewrite':
      return goesOn(prepared, line, verdict);
  }
}

function failed(reason: string, rule: string): AnswerLine {
  return { outcome: 'invalid-config', status: 500, reason, phase: 'runtime', rules: [rule] };
}

type Passing = Extract<InboundVerdict, { readonly outcome: 'pass' | 'rewrite' }>;

function goesOn(prepared: PreparedRules, line: RequestLine, verdict: Passing): AnswerLine {
  const url = verdict.outcome === 'rewrite' ? verdict.url : line.request.url;
  const changes = verdict.changes && {
    requestHeaders: jsonObject(verdict.changes.requestHeaders),
    serverVariables: jsonObject(asWritten(prepared, verdict.changes.serverVariables)),
  };
  const inbound = verdict.outcome === 'rewrite' ? [verdict.by] : [];
  const { response, request } = line;
  if (!response) return { outcome: verdict.outcome, url, ...changes, ...ruleNames(inbound) };
  const out = outbound(prepared, { request, response, inbound: verdict }, response);
  if ('failure' in out) return out.failure;
  return {
    outcome: verdict.outcome === 'rewrite' || out.changed ? 'rewrite' : 'pass',
    url,
    status: response.status,
    headers: out.headers,
    body: out.body,
    ...changes,
    ...ruleNames([...inbound, ...out.by]),
  };
}

/** Server variables by the names that the rules write. */
function asWritten(prepared: PreparedRules, set: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const rules = [...prepared.global, ...prepared.distributed].flatMap((one) => one.sources);
  const names = rules.flatMap((rule) => rule.serverVariables.map(({ name }) => [name.toUpperCase(), name] as const));
  const written = new Map(names);
  return new Map([...set].map(([name, value]) => [written.get(name) ?? name, value]));
}

function outbound(prepared: PreparedRules, exchange: Exchange, response: NonNullable<RequestLine['response']>) {
  const verdict = evaluateOutbound(prepared, exchange);
  const headers = new Map<string, string | readonly string[]>();
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers.set(response.names.get(name) ?? name, value);
  }
  for (const [name, value] of verdict.headers) {
    const written = response.names.get(name) ?? verdict.names.get(name) ?? name;
    if (value === undefined) headers.delete(written);
    else headers.set(written, value);
  }
  const rewriter = verdict.wantsBody ? bodyRewriter(prepared, exchange) : undefined;
  const body = rewriter ? rewriter.write(response.body) + rewriter.end() : response.body;
  if (rewriter?.refusal) return { failure: failed(rewriter.refusal.reason, rewriter.refusal.by.rule) };
  return {
    headers: jsonObject(headers),
    body,
    changed: verdict.headers.size > 0 || body !== response.body,
    by: [...verdict.by, ...(rewriter?.by ?? [])],
  };
}
