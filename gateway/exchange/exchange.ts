import type { IncomingMessage, ServerResponse } from 'node:http';
import type { InboundVerdict } from '@stopgap/rewrite';
import { answer } from '../clients/answer.ts';
import type { ClientConnection } from '../clients/client-connection.ts';
import { askingForPlainBody } from '../request/plain-body.ts';
import { type RequestHead, readHead } from '../request/request-head.ts';
import { RequestView } from '../request/request-view.ts';
import type { LoadedRules } from '../rules/load-rules.ts';
import type { Site } from '../site.ts';
import { relayPlain } from '../upstream/plain-relay.ts';
import { relay } from '../upstream/undici-relay.ts';
import { mayPass } from './inbound-rules.ts';

/** One request and the place for its answer. */
export interface Exchange {
  readonly site: Site;
  /** In force when the request came; its response is judged by the same ones. */
  readonly rules: LoadedRules;
  readonly connection: ClientConnection;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What goes to the upstream; rules may replace it. */
  head: RequestHead;
  /** What rules see. */
  readonly view: RequestView;
  /** What the rules decided about the request, when there are any. */
  verdict: InboundVerdict | undefined;
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
    answer(request, response, { status: head.status, text: head.reason, close: true });
    return;
  }
  const { bodyBytes } = site.config.limits;
  if (bodyBytes > 0 && (head.contentLength ?? 0) > bodyBytes) {
    answer(request, response, { status: 413, text: `at most ${bodyBytes} bytes are taken`, close: true });
    return;
  }
  const { rules } = site;
  const twin = rules.twin?.(request.rawHeaders);
  if (twin !== undefined) {
    const text = `the field ${twin} can be taken for another that a rule looks at; spell it with hyphens`;
    answer(request, response, { status: 400, text, close: true });
    return;
  }
  const view = new RequestView(head, request.rawHeaders, connection.peer, site.config.limits.headerBytes);
  const exchange: Exchange = {
    site,
    rules,
    connection,
    request,
    response,
    head,
    view,
    verdict: undefined,
    upgradeHead,
  };
  if (rules.inbound && !mayPass(exchange, rules.inbound)) return;
  if (rules.outbound?.bodies) exchange.head = askingForPlainBody(exchange.head);
  if (isPlain(exchange)) relayPlain(exchange);
  else relay(exchange);
}

/** Whether the request needs what only Node's own client can do. */
function isPlain({ head, upgradeHead }: Exchange): boolean {
  return upgradeHead !== undefined || head.expects || head.url === '*' || (head.trailers && head.chunked);
}
