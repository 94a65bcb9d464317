import type { IncomingMessage, ServerResponse } from 'node:http';
import type { InboundVerdict } from '@stopgap/rewrite';
import { answer } from './answer.ts';
import type { ClientConnection } from './client-connection.ts';
import { reasonOf } from './errors.ts';
import { framingFields } from './field-kinds.ts';
import { relayPlain } from './plain-relay.ts';
import { type RequestHead, readHead } from './request-head.ts';
import { RequestView } from './request-view.ts';
import type { Site } from './site.ts';
import { isOriginForm } from './target.ts';
import { relay } from './undici-relay.ts';

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
  const { inbound, observeInbound } = site.rules;
  if (observeInbound) observe(exchange);
  if (!inbound) forward(exchange);
  else judge(exchange);
}

/** A rule that cannot be evaluated refuses the request: never open. */
function judge(exchange: Exchange): void {
  const { site, view, response } = exchange;
  try {
    carryOut(exchange, site.rules.inbound?.inbound(view) ?? { outcome: 'pass' });
  } catch (error) {
    site.tally.ruleFailures++;
    site.refusals.write('a rule failed; the request was refused', { ...described(exchange), reason: reasonOf(error) });
    answer(response, 500, 'the request could not be checked', true);
  }
}

function carryOut(exchange: Exchange, verdict: InboundVerdict): void {
  const { site, response } = exchange;
  if (verdict.outcome === 'pass' || verdict.outcome === 'rewrite') {
    if (verdict.changes) setFields(exchange, verdict.changes.requestHeaders);
    if (verdict.outcome === 'rewrite') rewriteTo(exchange, verdict.url);
    forward(exchange);
    return;
  }
  site.tally.refused++;
  const { by, outcome } = verdict;
  site.refusals.write('request refused', { ...described(exchange), outcome, mitigation: by.owner, rule: by.rule });
  if (verdict.outcome === 'abort') exchange.connection.abort();
  else if (verdict.outcome === 'redirect') {
    response.writeHead(verdict.status, ['location', verdict.location, 'content-length', '0']);
    response.end();
  } else if (verdict.outcome === 'custom') custom(exchange, verdict);
  else answer(response, verdict.status, verdict.reason, true);
}

function custom({ response, request }: Exchange, verdict: Extract<InboundVerdict, { outcome: 'custom' }>): void {
  const body = Buffer.from(verdict.body);
  // Plain text: what a rule captured from the URL must not run as a script.
  const fields = ['content-type', 'text/plain; charset=utf-8', 'x-content-type-options', 'nosniff'];
  if (!request.complete) fields.push('connection', 'close');
  response.writeHead(verdict.status, verdict.reason, [...fields, 'content-length', String(body.length)]);
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
  for (const [name, value] of changes) if (name !== 'host') fields.push(name, value);
  exchange.head = { ...head, fields, host: changes.get('host') ?? head.host };
}

function rewriteTo(exchange: Exchange, url: string): void {
  if (!isOriginForm(url))
    throw new Error(`a rule rewrites to ${JSON.stringify(url)}, which is not a path of the server behind`);
  exchange.head = { ...exchange.head, url };
}

/** What observed rules would have done is said and counted; nothing else comes of it, not even of a failure. */
function observe(exchange: Exchange): void {
  const { site, view } = exchange;
  try {
    const verdict = site.rules.observeInbound?.inbound(view);
    if (!verdict || (verdict.outcome === 'pass' && !verdict.changes)) return;
    site.tally.observed++;
    const by = 'by' in verdict ? { mitigation: verdict.by.owner, rule: verdict.by.rule } : {};
    site.refusals.write('request would be refused', { ...described(exchange), outcome: verdict.outcome, ...by });
  } catch (error) {
    site.refusals.write('an observed rule failed', { ...described(exchange), reason: reasonOf(error) });
  }
}

/**
 * For log lines. A probe of the agent says so in `Stopgap-Probe`; this is the only thing the field ever does, or an attacker
 * could send it too.
 */
function described({ connection, request, head }: Exchange) {
  return {
    client: connection.peer.address,
    method: head.method,
    host: head.host.slice(0, 200),
    url: head.url.slice(0, 1000),
    probe: request.headers['stopgap-probe'] !== undefined ? true : undefined,
  };
}

/** Hands the request to the relay that can carry it. */
function forward(exchange: Exchange): void {
  const { head, upgradeHead } = exchange;
  const plain = upgradeHead !== undefined || head.expects || head.url === '*' || (head.trailers && head.chunked);
  if (plain) relayPlain(exchange);
  else relay(exchange);
}
