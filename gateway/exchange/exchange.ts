import type { IncomingMessage, ServerResponse } from 'node:http';
import type { InboundVerdict } from '@stopgap/rewrite';
import { answer } from '../clients/answer.ts';
import type { ClientConnection } from '../clients/client-connection.ts';
import { reasonOf } from '../errors.ts';
import { framingFields } from '../request/field-kinds.ts';
import { type RequestHead, readHead } from '../request/request-head.ts';
import { RequestView } from '../request/request-view.ts';
import { isOriginForm } from '../request/target.ts';
import { wireText } from '../response/wire-text.ts';
import type { Matcher } from '../rules/engine.ts';
import type { Site } from '../site.ts';
import { relayPlain } from '../upstream/plain-relay.ts';
import { relay } from '../upstream/undici-relay.ts';
import { described, noteObserved } from './observed.ts';

/** One request and the place for its answer. */
export interface Exchange {
  readonly site: Site;
  readonly connection: ClientConnection;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What goes to the upstream; `fields` and `url` after rules. */
  head: RequestHead;
  readonly view: RequestView;
  /** For an upgrade: the bytes that came after the request. */
  readonly upgradeHead: Buffer | undefined;
}

/** Serves one request: reads its head, asks the rules, and only then lets the upstream hear of it. */
export function serve(
  site: Site,
  connection: ClientConnection,
  request: IncomingMessage,
  response: ServerResponse,
  upgradeHead?: Buffer,
): void {
  site.tally.requests++;
  const head = readHead(request, connection.peer, site.config);
  if ('status' in head) {
    answer(response, head.status, head.reason, true);
    return;
  }
  const { bodyBytes } = site.config.limits;
  if (bodyBytes > 0 && head.contentLength !== undefined && head.contentLength > bodyBytes) {
    answer(response, 413, `at most ${bodyBytes} bytes are taken`, true);
    return;
  }
  const view = new RequestView(head, request.rawHeaders, connection.peer);
  const exchange: Exchange = { site, connection, request, response, head, view, upgradeHead };
  const { inbound } = site.rules;
  if (!inbound || judged(exchange, inbound)) forward(exchange);
}

/** Asks the rules; `true` when the request may go on. A rule that cannot be evaluated refuses it: never open. */
function judged(exchange: Exchange, rules: Matcher): boolean {
  const { site, view, response } = exchange;
  try {
    const verdict = rules.inbound(view);
    noteObserved(exchange, verdict.observed);
    return carryOut(exchange, verdict);
  } catch (error) {
    site.tally.ruleFailures++;
    site.refusals.write('a rule failed; the request was refused', { ...described(exchange), reason: reasonOf(error) });
    answer(response, 500, 'the request could not be checked', true);
    return false;
  }
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

type Refused = Exclude<InboundVerdict, { outcome: 'pass' | 'rewrite' }>;

function refuse(exchange: Exchange, verdict: Refused): void {
  const { response } = exchange;
  if (verdict.outcome === 'abort') exchange.connection.abort();
  else if (verdict.outcome === 'redirect') {
    response.writeHead(verdict.status, ['location', wireText(verdict.location), 'content-length', '0']);
    response.end();
  } else if (verdict.outcome === 'custom') custom(exchange, verdict);
  else answer(response, verdict.status, 'a rule could not be carried out', true);
}

function custom({ response, request }: Exchange, verdict: Extract<Refused, { outcome: 'custom' }>): void {
  const body = Buffer.from(verdict.body);
  // Plain text: what a rule captured from the URL must not run as a script.
  const fields = ['content-type', 'text/plain; charset=utf-8', 'x-content-type-options', 'nosniff'];
  if (!request.complete) fields.push('connection', 'close');
  response.writeHead(verdict.status, wireText(verdict.reason), [...fields, 'content-length', String(body.length)]);
  response.end(body);
}

function setFields(exchange: Exchange, changes: ReadonlyMap<string, string>): void {
  const { head } = exchange;
  const fields: string[] = [];
  for (const name of changes.keys()) {
    if (framingFields.has(name)) throw new Error(`a rule sets ${name}, which frames the request`);
  }
  for (let n = 0; n < head.fields.length; n += 2) {
    const name = head.fields[n] ?? '';
    if (!changes.has(name.toLowerCase())) fields.push(name, head.fields[n + 1] ?? '');
  }
  for (const [name, value] of changes) if (name !== 'host' && value !== '') fields.push(name, wireText(value));
  exchange.head = { ...head, fields, host: wireText(changes.get('host') ?? head.host) };
}

function rewriteTo(exchange: Exchange, url: string): void {
  if (!isOriginForm(url))
    throw new Error(`a rule rewrites to ${JSON.stringify(url)}, which is not a path of the server behind`);
  exchange.head = { ...exchange.head, url };
}

/** Hands the request to the relay that can carry it. */
function forward(exchange: Exchange): void {
  const { head, upgradeHead } = exchange;
  const plain = upgradeHead !== undefined || head.expects || head.url === '*' || (head.trailers && head.chunked);
  if (plain) relayPlain(exchange);
  else relay(exchange);
}
