import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Files, type Log, silentLog, systemFiles } from '@stopgap/machine';
import { sha256 } from '../digest.ts';
import { FeedError } from '../errors.ts';
import { OcsError } from './errors.ts';
import { readPlainText } from './lexical.ts';
import { ocsLimits } from './limits.ts';
import { readShape } from './shape.ts';

/** Where and how to serve. */
export interface OcsServeOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly files?: Files;
  readonly log?: Log;
}

/** A document being served. */
export interface OcsServer {
  /** Where readers point, e.g. `http://127.0.0.1:8030/`. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves a signed document, under every path: it is the whole feed. The file is read again for each request; one that is
 * not such a document any more (half copied, say) is not let out, the last good one is. Rejects with `OcsError` when the
 * file is none from the start, with `FeedError` `feed-missing` or `address-in-use`.
 */
export async function serveOcs(file: string, options: OcsServeOptions): Promise<OcsServer> {
  const { files = systemFiles, log = silentLog, host, port } = options;
  let good = readDocument(file, files);
  const current = (): Buffer => {
    try {
      good = readDocument(file, files);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      log.warn('the file is no signed document now; the last good one is served', { file, why });
    }
    return good;
  };
  const limits = { maxHeaderSize: 8192, headersTimeout: 10_000, requestTimeout: 15_000, keepAliveTimeout: 65_000 };
  const server = createServer(limits, (request, response) => answer(request, response, current));
  const taken = await listen(server, host, port);
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}/`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function readDocument(file: string, files: Files): Buffer {
  const bytes = files.read(file, ocsLimits.documentBytes)?.bytes;
  if (!bytes) throw new FeedError('feed-missing', `${file} is not there; sign one with: stopgap feed sign`);
  try {
    readShape(readPlainText(bytes));
  } catch (error) {
    throw error instanceof OcsError ? new OcsError(error.code, `${file}: ${error.message}`, error) : error;
  }
  return bytes;
}

function answer(request: IncomingMessage, response: ServerResponse, current: () => Buffer): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return;
  }
  const bytes = current();
  const etag = `"${sha256(bytes).slice(0, 32)}"`;
  const same = (request.headers['if-none-match'] ?? '').split(',').some((tag) => tag.trim() === etag);
  const headers = { etag, 'cache-control': 'no-cache' };
  if (same) response.writeHead(304, headers).end();
  else {
    const about = {
      'content-type': 'application/xml',
      'content-length': bytes.length,
      'x-content-type-options': 'nosniff',
    };
    response.writeHead(200, { ...headers, ...about }).end(request.method === 'HEAD' ? undefined : bytes);
  }
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'the port is taken; name another' : error.message;
      reject(new FeedError('address-in-use', `cannot listen on ${host}:${port}: ${reason}`, error));
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
