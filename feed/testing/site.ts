import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type net from 'node:net';
import { onTestFinished } from 'vitest';
import { sha256 } from '../digest.ts';
import type { TestCertificate } from './certificates.ts';

/** A web server under the test's command. */
export interface Site {
  readonly url: string;
  readonly port: number;
  /** Paths asked for since the start or the last `forget`, as `path status`. */
  readonly requests: string[];
  forget(): void;
  /** Cuts all connections, as a server does with those that were idle for long. */
  cut(): void;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Serves files by path on a free port of 127.0.0.1 until the test ends, with tags. `first` may answer in place of it (then
 * it returns true).
 */
export async function serveSite(
  files: ReadonlyMap<string, Buffer>,
  first: Handler = () => false,
  certificate?: TestCertificate,
): Promise<Site> {
  const requests: string[] = [];
  const handle: Handler = (request, response) => {
    response.on('finish', () => requests.push(`${request.url} ${response.statusCode}`));
    if (first(request, response)) return true;
    const bytes = files.get(decodeURIComponent((request.url ?? '').slice(1)));
    if (!bytes) {
      response.writeHead(404).end();
      return true;
    }
    const etag = `"${sha256(bytes).slice(0, 16)}"`;
    const same = request.headers['if-none-match'] === etag;
    response.writeHead(same ? 304 : 200, { etag }).end(same ? undefined : bytes);
    return true;
  };
  const server = certificate ? createSecureServer(certificate, handle) : createServer(handle);
  const port = await listening(server);
  return {
    url: `${certificate ? 'https://localhost' : 'http://127.0.0.1'}:${port}/`,
    port,
    requests,
    forget: () => requests.splice(0),
    cut: () => server.closeAllConnections(),
  };
}

/** Listens on a free port until the test ends. */
export async function listening(server: net.Server & { closeAllConnections?(): void }): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections?.();
    server.close();
  });
  return (server.address() as net.AddressInfo).port;
}
