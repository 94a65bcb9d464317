import type { InboundVerdict } from '@stopgap/rewrite';
import { answer } from '../clients/answer.ts';
import { reasonOf } from '../errors.ts';
import { framingFields } from '../request/field-kinds.ts';
import { RequestView } from '../request/request-view.ts';
import { isOriginForm } from '../request/target.ts';
import { wireText } from '../response/wire-text.ts';
import type { Matcher } from '../rules/engine.ts';
import type { Exchange } from './exchange.ts';
import { described, noteObserved } from './observed.ts';

/**
 * Asks the rules and carries out what they say; `true` when the request may go on. A rule that cannot be evaluated, or whose
 * outcome cannot be carried out, refuses the request: never open.
 */
export function mayPass(exchange: Exchange, rules: Pick<Matcher, 'inbound'>): boolean {
  const { site, request, response } = exchange;
  try {
    const verdict = verdictOn(exchange, rules);
    exchange.verdict = verdict;
    noteObserved(exchange, verdict.observed);
    return carryOut(exchange, verdict);
  } catch (error) {
    site.tally.ruleFailures++;
    site.refusals.write('a rule failed; the request was refused', { ...described(exchange), reason: reasonOf(error) });
    answer(request, response, { status: 500, text: 'the request could not be checked', close: true });
    return false;
  }
}

/** IIS reads on behind a `#`; many a server behind us ends a target there. Such a request has to pass in both readings. */
function verdictOn(
  { site, view, head, request, connection }: Exchange,
  rules: Pick<Matcher, 'inbound'>,
): InboundVerdict {
  const verdict = rules.inbound(view);
  const mark = head.url.indexOf('#');
  if (mark < 0 || !mayGoOn(verdict)) return verdict;
  const cut = { ...head, url: head.url.slice(0, mark) };
  const shorter = rules.inbound(
    new RequestView(cut, request.rawHeaders, connection.peer, site.config.limits.headerBytes),
  );
  return mayGoOn(shorter) ? verdict : shorter;
}

function mayGoOn({ outcome }: InboundVerdict): boolean {
  return outcome === 'pass' || outcome === 'rewrite';
}

function carryOut(exchange: Exchange, verdict: InboundVerdict): boolean {
  if (verdict.outcome === 'pass' || verdict.outcome === 'rewrite') {
    if (verdict.changes) setFields(exchange, verdict.changes.requestHeaders);
    if (verdict.outcome === 'rewrite') rewriteTo(exchange, verdict.url);
    return true;
  }
  const { site } = exchange;
  site.tally.refused++;
  const { by, outcome } = verdict;
  site.refusals.write('request refused', { ...described(exchange), outcome, mitigation: by.owner, rule: by.rule });
  refuse(exchange, verdict);
  return false;
}

type Refusal = Exclude<InboundVerdict, { outcome: 'pass' | 'rewrite' }>;

function refuse({ connection, request, response }: Exchange, verdict: Refusal): void {
  if (verdict.outcome === 'abort') connection.abort();
  else if (verdict.outcome === 'redirect') {
    const fields = ['location', wireText(verdict.location)];
    answer(request, response, { status: verdict.status, fields, text: '' });
  } else if (verdict.outcome === 'custom') {
    if (verdict.status < 200) throw new Error(`a rule answers with status ${verdict.status}, which ends no request`);
    answer(request, response, { status: verdict.status, reason: wireText(verdict.reason), text: verdict.body });
  } else answer(request, response, { status: verdict.status, text: 'a rule could not be carried out' });
}

function setFields(exchange: Exchange, changes: ReadonlyMap<string, string>): void {
  const { head } = exchange;
  for (const name of changes.keys()) {
    if (framingFields.has(name)) throw new Error(`a rule sets ${name}, which frames the request`);
  }
  const fields: string[] = [];
  for (let n = 0; n < head.fields.length; n += 2) {
    const name = head.fields[n] ?? '';
    if (!changes.has(name.toLowerCase())) fields.push(name, head.fields[n + 1] ?? '');
  }
  for (const [name, value] of changes) if (name !== 'host' && value !== '') fields.push(name, wireText(value));
  exchange.head = { ...head, fields, host: wireText(changes.get('host') ?? head.host) };
}

function rewriteTo(exchange: Exchange, url: string): void {
  const written = wireText(url);
  if (!isOriginForm(written)) {
    throw new Error(`a rule rewrites to ${JSON.stringify(url)}; only a path of the server behind can be rewritten to`);
  }
  exchange.head = { ...exchange.head, url: written };
}
