import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, request as httpsRequest } from 'node:https';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { TestAuthority } from './certificates.ts';
import { listening } from './site.ts';

/** A little HTTP proxy. */
export interface TestProxy {
  readonly url: string;
  readonly port: number;
  /** `CONNECT host:port` or `GET url`, with the credentials given. */
  readonly asked: string[];
}

/** How the proxy behaves. */
export interface ProxyBehaviour {
  /** `user:password` it asks for. */
  readonly credentials?: string;
  /** Answers each CONNECT with this status. */
  readonly refuse?: number;
  /** Ends TLS itself with certificates of this authority, and reads along. */
  readonly inspect?: TestAuthority;
  /** What the inspecting proxy trusts in turn. */
  readonly upstreamCa?: string;
  /** Says nothing at all. */
  readonly silent?: boolean;
}

/** Starts a proxy on a free port of 127.0.0.1 until the test ends. */
export async function startProxy(behaviour: ProxyBehaviour = {}): Promise<TestProxy> {
  const asked: string[] = [];
  const open = new Set<Duplex>();
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${credentialsIn(request)}`.trim());
    forward(httpRequest(request.url ?? '', { headers: request.headers }), response);
  });
  server.on('connect', (request, socket: Duplex) => {
    open.add(socket);
    socket.on('error', () => socket.destroy());
    asked.push(`CONNECT ${request.url} ${credentialsIn(request)}`.trim());
    if (behaviour.silent) return;
    if (behaviour.credentials && credentialsIn(request) !== behaviour.credentials) return answer(socket, 407);
    if (behaviour.refuse) return answer(socket, behaviour.refuse);
    const target = new URL(`http://${request.url}`);
    if (behaviour.inspect) return inspect(socket, target, behaviour.inspect, behaviour.upstreamCa);
    const upstream = net.connect(Number(target.port), target.hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    open.add(upstream);
    upstream.on('error', () => socket.destroy());
  });
  const port = await listening(server);
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
  });
  return { url: `http://127.0.0.1:${port}`, port, asked };
}

function answer(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
}

function credentialsIn(request: IncomingMessage): string {
  const [, encoded] = /^Basic (.+)$/.exec(request.headers['proxy-authorization'] ?? '') ?? [];
  return encoded ? Buffer.from(encoded, 'base64').toString() : '';
}

/** A man in the middle whom the machine's owner has put there. */
function inspect(socket: Duplex, target: URL, authority: TestAuthority, ca: string | undefined): void {
  const middle = createSecureServer(authority.issue(target.hostname), (request, response) => {
    const { port, hostname } = target;
    forward(httpsRequest({ host: hostname, port, path: request.url, headers: request.headers, ca }), response);
  });
  socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
  middle.emit('connection', socket);
}

function forward(upstream: ReturnType<typeof httpRequest>, response: ServerResponse): void {
  upstream.on('response', (answered) => {
    response.writeHead(answered.statusCode ?? 502, answered.headers);
    answered.pipe(response);
  });
  upstream.on('error', () => response.destroy());
  upstream.end();
}
