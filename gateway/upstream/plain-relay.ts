import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { pipeline, Transform } from 'node:stream';
import type { Work } from '../clients/client-connection.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { judgeResponse, noteFailure, noteObservedBody } from '../exchange/outbound-rules.ts';
import { RequestBody } from '../request/request-body.ts';
import { passInterim } from '../response/interim.ts';
import { passedResponseFields } from '../response/response-fields.ts';
import type { RewrittenBody } from '../response/rewritten-body.ts';
import { reasonPhrase } from '../response/wire-text.ts';
import type { GatewayLimits } from '../settings/limits.ts';
import type { SlotUser } from './slots.ts';
import { openTunnel } from './tunnel.ts';
import { upstreamFailed } from './upstream-failure.ts';

/**
 * Sends a request on that `undici` cannot carry: an upgrade, `Expect: 100-continue`, `OPTIONS *`, or one with trailer
 * fields. Rare ones, so each has a connection of Node's own client.
 */
export function relayPlain(exchange: Exchange): void {
  new PlainRelay(exchange).send();
}

class PlainRelay implements Work, SlotUser {
  readonly #exchange: Exchange;
  #sent: ClientRequest | undefined;
  #body: RequestBody | undefined;
  #done = false;
  /** It has a slot. */
  #started = false;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  send(): void {
    const { site, connection } = this.#exchange;
    connection.work = this;
    site.agentSlots.enter(this);
  }

  start(): void {
    this.#started = true;
    // Node refuses at once what it cannot send: a character in a field that a rule has made.
    this.#safely(() => this.#begin(this.#open()));
    if (!this.#sent) this.#release();
  }

  #begin(sent: ClientRequest): void {
    const { site, request, response, upgradeHead } = this.#exchange;
    this.#sent = sent;
    sent.on('close', () => this.#release());
    limitTimes(sent, site.config.limits);
    sent.on('error', (error) => this.#failed(error));
    sent.on('continue', () => this.#safely(() => response.writeContinue()));
    sent.on('information', (info) => passInterim(request, response, info.statusCode, info.headers.link));
    sent.on('response', (answer) => this.#safely(() => this.#answered(answer)));
    sent.on('upgrade', (answer, socket, first) => this.#safely(() => this.#upgraded(answer, socket, first)));
    if (upgradeHead) sent.end();
    else this.#sendBody(sent);
  }

  #open(): ClientRequest {
    const { site, head } = this.#exchange;
    const { upstream, config, agent } = site;
    const open = upstream.url.protocol === 'https:' ? httpsRequest : httpRequest;
    return open({
      agent,
      host: upstream.hostname,
      port: upstream.port,
      method: head.method,
      path: head.url,
      headers: this.#fields(),
      maxHeaderSize: config.limits.upstreamHeaderBytes,
      ...(upstream.serverName !== undefined && { servername: upstream.serverName }),
    });
  }

  /** Whoever waits next may have a connection; one that has been upgraded counts no more. */
  #release(): void {
    if (!this.#started) return;
    this.#started = false;
    this.#exchange.site.agentSlots.release();
  }

  clientGone(): void {
    this.#done = true;
    this.#exchange.site.agentSlots.forget(this);
    this.#sent?.destroy();
    this.#body?.destroy();
  }

  #fields(): string[] {
    const { head, upgradeHead } = this.#exchange;
    const fields = ['host', head.host, ...head.fields];
    if (head.chunked) fields.push('transfer-encoding', 'chunked');
    else if (head.contentLength !== undefined) fields.push('content-length', String(head.contentLength));
    if (head.expects) fields.push('expect', '100-continue');
    if (upgradeHead) fields.push('connection', 'upgrade', 'upgrade', head.upgrade ?? '');
    else fields.push('connection', 'close');
    return fields;
  }

  #sendBody(sent: ClientRequest): void {
    const { site, head, request } = this.#exchange;
    if (!head.chunked && head.contentLength === undefined) {
      sent.end();
      return;
    }
    if (head.expects) sent.flushHeaders();
    this.#body = new RequestBody(request, site.config.limits.bodyBytes);
    this.#body.on('data', (chunk: Buffer) => {
      if (!sent.write(chunk)) this.#body?.pause();
    });
    sent.on('drain', () => this.#body?.resume());
    this.#body.on('error', (error) => sent.destroy(error));
    this.#body.on('end', () =>
      this.#safely(() => {
        if (request.rawTrailers.length > 0) sent.addTrailers(pairs(request.rawTrailers));
        sent.end();
      }),
    );
  }

  #answered(answer: IncomingMessage): void {
    const { site, connection, request, response, upgradeHead } = this.#exchange;
    // A change of protocol comes as `upgrade`; one that does not say to which (RFC 9110, section 15.2.2) would put the client out of step.
    if (answer.statusCode === 101) {
      this.#failed(new Error('the server behind switched protocols without saying to which'));
      answer.destroy();
      return;
    }
    const fields = answer.headersDistinct;
    const changes = judgeResponse(this.#exchange, answer.statusCode ?? 502, fields);
    if (changes === 'failed') {
      this.#failed(new Error('an outbound rule failed'));
      answer.destroy();
      return;
    }
    answer.setTimeout(site.config.limits.upstreamBodyMs, () => answer.destroy(timedOut()));
    const passed = passedResponseFields(fields, changes?.edits, changes?.without);
    // Without 100 the client may or may not send its body now: only a new connection is sure to be in step.
    if (site.closing || upgradeHead || !request.complete) passed.push('connection', 'close');
    response.writeHead(answer.statusCode ?? 502, reasonPhrase(answer.statusMessage), passed);
    answer.on('end', () => this.#safely(() => response.addTrailers(pairs(answer.rawTrailers))));
    const through = changes?.body ? [rulesFor(this.#exchange, changes.body)] : [];
    pipeline([answer, ...through, response], (error) => {
      this.#done = true;
      if (connection.work === this) connection.work = undefined;
      this.#body?.destroy();
      // Answered before its body was sent, Node would keep the connection for the rest, which does not come.
      this.#sent?.destroy();
      if (error) connection.socket.destroy();
    });
  }

  #upgraded(answer: IncomingMessage, socket: Duplex, first: Buffer): void {
    this.#release();
    const { connection, head, upgradeHead } = this.#exchange;
    if (upgradeHead === undefined || this.#done) {
      socket.destroy();
      this.#failed(new Error('the server behind switched protocols unasked'));
      return;
    }
    connection.work = undefined;
    this.#done = true;
    const changes = judgeResponse(this.#exchange, 101, answer.headersDistinct);
    if (changes === 'failed') {
      socket.destroy();
      connection.abort();
      return;
    }
    const fields = passedResponseFields(answer.headersDistinct, changes?.edits);
    fields.push('connection', 'upgrade', 'upgrade', String(answer.headers.upgrade ?? head.upgrade ?? ''));
    openTunnel({ exchange: this.#exchange, fields, upstream: socket, fromUpstream: first, fromClient: upgradeHead });
  }

  /** What throws in an event of Node's client would end the process. */
  #safely(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#failed(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #failed(error: Error): void {
    const { connection } = this.#exchange;
    if (this.#done) return;
    this.#done = true;
    connection.work = undefined;
    this.#sent?.destroy();
    upstreamFailed(this.#exchange, error);
  }
}

/** A body on its way through the rules; where they fail, the connection is cut, so that nobody takes half a response for a whole one. */
function rulesFor(exchange: Exchange, body: RewrittenBody): Transform {
  const attempt = (done: (error: Error | null, piece?: Buffer) => void, work: () => Buffer) => {
    try {
      done(null, work());
    } catch (error) {
      noteFailure(exchange, error);
      done(new Error('an outbound rule failed'));
    }
  };
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => attempt(done, () => body.write(chunk)),
    flush: (done) => {
      attempt(done, () => body.end());
      noteObservedBody(exchange, body);
    },
  });
}

function limitTimes(sent: ClientRequest, limits: GatewayLimits): void {
  const connecting = setTimeout(() => sent.destroy(timedOut()), limits.upstreamConnectMs);
  const stop = () => clearTimeout(connecting);
  sent.on('close', stop);
  sent.on('socket', (socket) => socket.once('encrypted' in socket ? 'secureConnect' : 'connect', stop));
  sent.setTimeout(limits.upstreamHeadersMs, () => sent.destroy(timedOut()));
}

function timedOut(): Error {
  return Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' });
}

function pairs(raw: readonly string[]): [string, string][] {
  const found: [string, string][] = [];
  for (let n = 0; n < raw.length; n += 2) found.push([raw[n] ?? '', raw[n + 1] ?? '']);
  return found;
}
