import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Work } from '../clients/client-connection.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { judgeResponse } from '../exchange/outbound-rules.ts';
import { RequestBody } from '../request/request-body.ts';
import { passInterim } from '../response/interim.ts';
import { passedResponseFields } from '../response/response-fields.ts';
import { reasonPhrase } from '../response/wire-text.ts';
import { codeOf, upstreamFailed } from './upstream-failure.ts';

/** Sends the request on over a pooled connection and streams the response back. */
export function relay(exchange: Exchange): void {
  new UndiciRelay(exchange).send();
}

/** A body up to this many bytes goes out in one write with its header section. */
const smallBody = 16 * 1024;

const abandoned = new Error('the client went away');

class UndiciRelay implements Dispatcher.DispatchHandler, Work {
  readonly #exchange: Exchange;
  readonly #response: ServerResponse;
  #controller: Dispatcher.DispatchController | undefined;
  #body: RequestBody | undefined;
  #gone = false;
  #retried = false;
  /** Bytes that the response is announced to have and that have not come yet; -1: not announced. */
  #left = -1;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
    this.#response = exchange.response;
  }

  send(): void {
    const { site, connection, head, request } = this.#exchange;
    connection.work = this;
    const hasBody = head.chunked || (head.contentLength ?? 0) > 0;
    if (hasBody) {
      if (head.contentLength !== undefined) head.fields.push('content-length', String(head.contentLength));
      this.#body = new RequestBody(request, site.config.limits.bodyBytes);
    }
    head.fields.push('host', head.host);
    this.#dispatch();
  }

  #dispatch(): void {
    const { site, head } = this.#exchange;
    const { serverName } = site.upstream;
    site.pool.dispatch(
      {
        path: head.url,
        method: head.method,
        headers: head.fields,
        body: this.#body ?? null,
        ...(serverName !== undefined && { servername: serverName }),
      },
      this,
    );
  }

  clientGone(): void {
    this.#gone = true;
    this.#controller?.abort(abandoned);
    this.#body?.destroy(abandoned);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#gone) controller.abort(abandoned);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    fields: IncomingHttpHeaders,
    message?: string,
  ): void {
    if (status < 200) {
      passInterim(this.#exchange.request, this.#response, status, fields.link);
      return;
    }
    const { site, request } = this.#exchange;
    const response = this.#response;
    const edits = judgeResponse(this.#exchange, status, fields);
    if (edits === 'failed') {
      controller.abort(new Error('an outbound rule failed'));
      return;
    }
    const passed = passedResponseFields(fields, edits);
    if (site.closing) passed.push('connection', 'close');
    response.writeHead(status, reasonPhrase(message), passed);
    const length = fields['content-length'];
    if (length !== undefined && request.method !== 'HEAD') this.#left = Number(length);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const response = this.#response;
    if (this.#gone) return;
    // A whole small body at once: Node joins it to the header section, one system call instead of two.
    if (chunk.length === this.#left && chunk.length <= smallBody) {
      this.#left = 0;
      response.end(chunk.toString('latin1'), 'latin1');
      return;
    }
    this.#left = -1;
    if (response.write(chunk)) return;
    controller.pause();
    response.once('drain', () => controller.resume());
  }

  onResponseEnd(_controller: Dispatcher.DispatchController, trailers: IncomingHttpHeaders): void {
    this.#exchange.connection.work = undefined;
    const response = this.#response;
    if (response.writableEnded || this.#gone) return;
    for (const name in trailers) {
      const value = trailers[name];
      if (value !== undefined) response.addTrailers({ [name]: value });
    }
    response.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const { connection } = this.#exchange;
    if (this.#gone || error === abandoned) return;
    if (this.#mayRetry(error)) {
      this.#retried = true;
      this.#dispatch();
      return;
    }
    connection.work = undefined;
    upstreamFailed(this.#exchange, error);
  }

  /**
   * Once, and only when the request is safe and without a body, not one byte of an answer has come, and the connection had
   * served requests before: then the upstream closed an idle connection just as we used it (RFC 9112 section 9.3.1). A
   * connection that breaks on its first request tells of a server that the request itself may have broken.
   */
  #mayRetry(error: Error): boolean {
    const { method } = this.#exchange.head;
    if (this.#retried || this.#body || this.#response.headersSent) return false;
    if (method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS') return false;
    return ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(codeOf(error)) && servedBefore(error);
  }
}

function servedBefore(error: Error): boolean {
  const socket = 'socket' in error ? error.socket : undefined;
  return typeof socket === 'object' && socket !== null && 'bytesRead' in socket && Number(socket.bytesRead) > 0;
}
