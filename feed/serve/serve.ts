import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type Files, type Log, silentLog, systemFiles } from '@stopgap/machine';
import { FeedError } from '../errors.ts';
import { feedLayout } from '../publish/layout.ts';
import { readSettings } from '../publish/settings.ts';
import { descriptorsLeft } from './descriptors.ts';
import { eventListeners, type Listeners } from './events.ts';
import { type StaticFile, staticFiles } from './static.ts';
import { watchTimestamp } from './watch.ts';

/** Where and how to serve. */
export interface ServeOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Most open connections, event streams included. Default 25,000, or as many as this process may hold open beside its files. */
  readonly maxConnections?: number;
  readonly files?: Files;
  readonly log?: Log;
}

/** A feed being served. */
export interface FeedServer {
  /** Where readers point, e.g. `http://127.0.0.1:8030/`. */
  readonly url: string;
  readonly port: number;
  /** Event streams that are open. */
  readonly listeners: number;
  close(): Promise<void>;
}

/**
 * How often one of the 25 groups of listeners is kept alive: each hears something every 25 s, which is shorter than the
 * minute after which many proxies and NATs drop a silent connection.
 */
const keepAliveMs = 1000;

/**
 * Serves a feed's repository: static files with their cache headers, and `/events`, which says `look` when a new version
 * is out. Any web server can do the former; only the latter needs us. Throws `feed-missing`, `address-in-use`.
 */
export async function serveFeed(folder: string, options: ServeOptions): Promise<FeedServer> {
  const files = options.files ?? systemFiles;
  const layout = feedLayout(folder);
  readSettings(layout, files);
  const listeners = eventListeners();
  const log = options.log ?? silentLog;
  const watched = watchTimestamp(layout.metadata, files, log, (version) => listeners.tell(version));
  const find = staticFiles(layout.repository, files);
  const server = createServer(
    { maxHeaderSize: 8192, headersTimeout: 10_000, requestTimeout: 15_000, keepAliveTimeout: 65_000 },
    (request, response) => {
      try {
        answer(request, response, find, listeners, () => watched.version);
      } catch (error) {
        unreadable(response, error, log);
      }
    },
  );
  server.maxConnections = options.maxConnections ?? Math.min(25_000, descriptorsLeft(files));
  const timer = setInterval(() => listeners.keepAlive(), keepAliveMs);
  const stop = () => {
    clearInterval(timer);
    watched.stop();
    listeners.close();
  };
  const port = await listen(server, options).catch((error) => {
    stop();
    throw error;
  });
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}/`,
    port,
    get listeners() {
      return listeners.count;
    },
    close: async () => {
      stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  find: (urlPath: string) => StaticFile | undefined,
  listeners: Listeners,
  version: () => number,
): void {
  const [urlPath = '/'] = (request.url ?? '/').split('?', 1);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    end(response, 405, { allow: 'GET, HEAD' }, 'only GET and HEAD\n');
  } else if (urlPath === '/events') {
    if (request.method === 'GET') {
      request.socket.setTimeout(0);
      request.socket.setNoDelay(true);
      listeners.add(response, version());
    } else end(response, 200, { 'content-type': 'text/event-stream' });
  } else {
    answerFile(request, response, find(urlPath));
  }
}

function answerFile(request: IncomingMessage, response: ServerResponse, file: StaticFile | undefined): void {
  if (!file) {
    end(response, 404, { 'cache-control': 'no-cache' }, 'there is no such file in this feed\n');
  } else if (namesTag(request.headers['if-none-match'], file.headers.etag)) {
    end(response, 304, { etag: file.headers.etag, 'cache-control': file.headers['cache-control'] });
  } else {
    response.writeHead(200, file.headers);
    if (request.method === 'HEAD') response.end();
    else if (file.text === undefined) response.end(file.bytes);
    else response.end(file.text, 'latin1');
  }
}

/** A file could not be read: out of descriptors, or a disk that fails. One request fails, and no more than that. */
function unreadable(response: ServerResponse, error: unknown, log: Log): void {
  log.error('a file of the feed cannot be read', { reason: error instanceof Error ? error.message : String(error) });
  if (response.headersSent) response.destroy();
  else end(response, 503, { 'cache-control': 'no-store', 'retry-after': '5' }, 'try again later\n');
}

/** Whether `If-None-Match` names the tag; weak tags compare as equal (RFC 9110, section 13.1.2). */
function namesTag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}

function end(response: ServerResponse, status: number, headers: OutgoingHttpHeaders, body?: string): void {
  const length = body === undefined ? {} : { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...length, ...headers });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

/** Connections that wait to be taken, as far as the kernel allows: a crowd that was just told comes at once. */
const backlog = 4096;

function listen(server: Server, { host, port }: ServeOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'the port is taken; name another' : error.message;
      reject(new FeedError('address-in-use', `cannot listen on ${host}:${port}: ${reason}`, error));
    });
    server.listen({ port, host, backlog }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
