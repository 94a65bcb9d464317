import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '@stopgap/machine';
import { codeOf, Trouble } from '../trouble.ts';
import { dial, type Route } from './dial.ts';
import { proxyAuthorization } from './proxy.ts';

/** A whole answer. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What a request takes. */
export interface GetOptions {
  /** More is a `content` trouble, found while it is still arriving. */
  readonly maxBytes: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How long a request may take. */
export interface Timeouts {
  /** From sending the request to the end of the answer. */
  readonly totalMs: number;
  /** Without a byte. */
  readonly idleMs: number;
}

/** HTTP as a reader of feeds needs it: one host, few requests, every failure a `Trouble`. */
export interface FeedHttp {
  get(path: string, options: GetOptions): Promise<Answer>;
  /** An answer whose body the caller reads for as long as it lasts; `stop` ends it, and so do `idleMs` without a byte. */
  open(
    path: string,
    headers: Readonly<Record<string, string>>,
    stop: AbortController,
    idleMs: number,
  ): Promise<IncomingMessage>;
  /** Lets go of connections; those asked for afterwards are opened anew. */
  close(): void;
}

/** A client for the host of the route. Connections are kept for the next look and never keep the process alive. */
export function feedHttp(route: Route, timeouts: Timeouts, clock: Clock): FeedHttp {
  const agent = new DialAgent(route, clock);
  const once = async (path: string, options: GetOptions): Promise<Answer> => {
    const url = new URL(path, route.url);
    const stop = new AbortController();
    const late = new Trouble('http', `${url.href} was not answered within ${timeouts.totalMs} ms; try again later`);
    const timer = setTimeout(() => stop.abort(late), timeouts.totalMs);
    try {
      const answer = await send(route, url, options.headers ?? {}, agent, stop, timeouts.idleMs);
      return {
        status: answer.statusCode ?? 0,
        headers: answer.headers,
        body: await readBody(answer, url, options.maxBytes),
      };
    } catch (error) {
      throw stop.signal.aborted ? stop.signal.reason : error;
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    get: async (path, options) => {
      try {
        return await once(path, options);
      } catch (error) {
        // The other side may close a kept connection just as it is used again: that says nothing about the feed.
        if (error instanceof StaleConnection) return once(path, options);
        throw error;
      }
    },
    open: (path, headers, stop, idleMs) =>
      send(route, new URL(path, route.url), { ...headers, connection: 'close' }, agent, stop, idleMs),
    close: () => agent.destroy(),
  };
}

class StaleConnection extends Trouble {}

class DialAgent extends http.Agent {
  readonly #route: Route;
  readonly #clock: Clock;
  constructor(route: Route, clock: Clock) {
    super({ keepAlive: true, maxFreeSockets: 1, maxSockets: 4, timeout: 0 });
    this.#route = route;
    this.#clock = clock;
  }

  override createConnection(
    options: http.ClientRequestArgs,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const answer = callback as ((error: Error | null, stream?: Duplex) => void) | undefined;
    dial(this.#route, this.#clock, options.signal).then(
      (socket) => answer?.(null, socket),
      (error: Error) => answer?.(error),
    );
  }
}

function send(
  route: Route,
  url: URL,
  headers: Readonly<Record<string, string>>,
  agent: http.Agent,
  stop: AbortController,
  idleMs: number,
): Promise<IncomingMessage> {
  const plainProxy = url.protocol === 'http:' ? route.proxy : undefined;
  const authorization = plainProxy && proxyAuthorization(plainProxy);
  return new Promise((resolve, reject) => {
    const request = http.request({
      method: 'GET',
      path: plainProxy ? url.href : `${url.pathname}${url.search}`,
      headers: {
        host: url.host,
        'user-agent': 'stopgap',
        'accept-encoding': 'identity',
        ...(authorization ? { 'proxy-authorization': authorization } : {}),
        ...headers,
      },
      agent,
      signal: stop.signal,
      timeout: idleMs,
      maxHeaderSize: 16_384,
    });
    const silent = new Trouble('http', `${url.href} sent nothing for ${idleMs} ms; try again later`);
    request.once('response', resolve);
    request.once('timeout', () => stop.abort(silent));
    request.on('error', (error) => reject(requestTrouble(error, url, request.reusedSocket)));
    // Node ends a request that is answered with a change of protocol (101) without a word; then nothing would ever be said.
    const none = `${url.href} ended the connection in place of an answer; check what stands between here and the feed`;
    request.once('close', () => reject(new Trouble('http', none)));
    request.end();
  });
}

async function readBody(answer: IncomingMessage, url: URL, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of answer) {
      size += chunk.length;
      if (size > maxBytes) {
        throw new Trouble(
          'content',
          `${url.href} is longer than ${maxBytes} bytes, which is the most it may be; it was not read on`,
        );
      }
      chunks.push(chunk);
    }
  } catch (error) {
    throw requestTrouble(error, url, false);
  }
  return Buffer.concat(chunks);
}

function requestTrouble(error: unknown, url: URL, reused: boolean): Trouble {
  if (error instanceof Trouble) return error;
  const code = codeOf(error);
  const reason = `${url.href} was not answered to the end (${code}); check what stands between here and the feed`;
  if (reused && (code === 'ECONNRESET' || code === 'EPIPE')) return new StaleConnection('http', reason, error);
  return new Trouble('http', reason, error);
}
