import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Work } from '../clients/client-connection.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { judgeResponse, noteFailure, noteObservedBody } from '../exchange/outbound-rules.ts';
import { RequestBody } from '../request/request-body.ts';
import { passInterim } from '../response/interim.ts';
import { passedResponseFields } from '../response/response-fields.ts';
import type { RewrittenBody } from '../response/rewritten-body.ts';
import { reasonPhrase } from '../response/wire-text.ts';
import type { SlotUser } from './slots.ts';
import { codeOf, upstreamFailed } from './upstream-failure.ts';

/** Sends the request on over a pooled connection and streams the response back. */
export function relay(exchange: Exchange): void {
  new UndiciRelay(exchange).send();
}

/** A body up to this many bytes goes out in one write with its header section. */
const smallBody = 16 * 1024;

const abandoned = new Error('the client went away');

class UndiciRelay implements Dispatcher.DispatchHandler, Work, SlotUser {
  readonly #exchange: Exchange;
  readonly #response: ServerResponse;
  #controller: Dispatcher.DispatchController | undefined;
  #body: RequestBody | undefined;
  #gone = false;
  /** It has a slot. */
  #started = false;
  #retried = false;
  /** Bytes that the response is announced to have and that have not come yet; -1: not announced. */
  #left = -1;
  /** What the body has to go through, where rules look at it. */
  #rewritten: RewrittenBody | undefined;
  /** Sends the header section that waits until the rules have let the first of the body go. */
  #sendHead: ((length?: number) => void) | undefined;

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
    site.slots.enter(this);
  }

  start(): void {
    this.#started = true;
    this.#dispatch();
  }

  #dispatch(): void {
    const { site, head } = this.#exchange;
    const { hostname, serverName = hostname } = site.upstream;
    const request = {
      path: head.url,
      method: head.method,
      headers: head.fields,
      body: this.#body ?? null,
      // Always a name, or `undici` makes one of the client's Host field.
      servername: serverName,
    };
    site.pool.dispatch(request, this);
  }

  /** Whoever waits next may have the connection. */
  #release(): void {
    if (!this.#started) return;
    this.#started = false;
    this.#exchange.site.slots.release();
  }

  clientGone(): void {
    this.#gone = true;
    this.#exchange.site.slots.forget(this);
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
    const changes = judgeResponse(this.#exchange, status, fields);
    if (changes === 'failed') {
      controller.abort(new Error('an outbound rule failed'));
      return;
    }
    this.#rewritten = changes?.body;
    const passed = passedResponseFields(fields, changes?.edits, changes?.without);
    if (site.closing) passed.push('connection', 'close');
    if (this.#rewritten?.changes) {
      this.#sendHead = (length) => {
        this.#sendHead = undefined;
        if (length !== undefined) passed.push('content-length', String(length));
        response.writeHead(status, reasonPhrase(message), passed);
      };
      return;
    }
    response.writeHead(status, reasonPhrase(message), passed);
    const length = fields['content-length'];
    if (length !== undefined && request.method !== 'HEAD') this.#left = Number(length);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#gone) return;
    if (this.#rewritten) {
      const piece = this.#throughRules(this.#rewritten, controller, chunk);
      if (piece !== undefined && piece.length > 0) this.#write(controller, piece);
      return;
    }
    const response = this.#response;
    // A whole small body at once: Node joins it to the header section, one system call instead of two.
    if (chunk.length === this.#left && chunk.length <= smallBody) {
      this.#left = 0;
      response.end(chunk.toString('latin1'), 'latin1');
      return;
    }
    this.#left = -1;
    this.#write(controller, chunk);
  }

  #write(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const response = this.#response;
    this.#sendHead?.();
    if (response.write(chunk)) return;
    controller.pause();
    response.once('drain', () => controller.resume());
  }

  /** What the rules make of the next piece of the body, or of its end; nothing, and no response, where they fail. */
  #throughRules(
    rewritten: RewrittenBody,
    controller: Dispatcher.DispatchController,
    chunk?: Buffer,
  ): Buffer | undefined {
    try {
      return chunk === undefined ? rewritten.end() : rewritten.write(chunk);
    } catch (error) {
      noteFailure(this.#exchange, error);
      const failure = new Error('an outbound rule failed');
      if (chunk === undefined) upstreamFailed(this.#exchange, failure);
      else controller.abort(failure);
      return undefined;
    }
  }

  /** Sends the last of a body that went through rules; `false` when there is no response any more. */
  #endRewritten(rewritten: RewrittenBody, controller: Dispatcher.DispatchController): boolean {
    const rest = this.#throughRules(rewritten, controller);
    if (rest === undefined) return false;
    this.#sendHead?.(rest.length);
    if (rest.length > 0) this.#response.write(rest);
    noteObservedBody(this.#exchange, rewritten);
    return true;
  }

  onResponseEnd(controller: Dispatcher.DispatchController, trailers: IncomingHttpHeaders): void {
    this.#release();
    this.#exchange.connection.work = undefined;
    const response = this.#response;
    if (response.writableEnded || this.#gone) return;
    if (this.#rewritten && !this.#endRewritten(this.#rewritten, controller)) return;
    for (const name in trailers) {
      const value = trailers[name];
      if (value !== undefined) response.addTrailers({ [name]: value });
    }
    response.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const { connection } = this.#exchange;
    const gone = this.#gone || error === abandoned;
    if (!gone && this.#mayRetry(error)) {
      this.#retried = true;
      this.#dispatch();
      return;
    }
    this.#release();
    if (gone) return;
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
