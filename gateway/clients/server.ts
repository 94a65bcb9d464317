import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Files } from '@stopgap/machine';
import { GatewayError, reasonOf } from '../errors.ts';
import { serve } from '../exchange/exchange.ts';
import { type GatewayConfig, schemeOf } from '../settings/config.ts';
import type { Site } from '../site.ts';
import { ClientConnection } from './client-connection.ts';
import { mayUpgrade } from './upgrades.ts';

/** Makes the server for clients: Node's strict parser, our caps, one request at a time on each connection. */
export function createClientServer(site: Site, files: Files): Server {
  const { config } = site;
  const connections = new WeakMap<Duplex, ClientConnection>();
  const options = { ...serverOptions(config), shouldUpgradeCallback: (request: IncomingMessage) => upgrades(request) };
  const server = config.tls
    ? createSecureServer({ ...options, ...certificate(config.tls, files) })
    : createServer(options);

  function connectionOf(socket: Duplex): ClientConnection {
    const known = connections.get(socket);
    if (known) return known;
    const made = new ClientConnection(socket as Socket, schemeOf(config), site.connections, config.limits.pipelined);
    connections.set(socket, made);
    return made;
  }

  function upgrades(request: IncomingMessage): boolean {
    const protocol = request.headers.upgrade;
    const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
    const bodiless = coding === undefined && (length === undefined || length === '0');
    return (
      protocol !== undefined && bodiless && mayUpgrade(protocol, config.upgrades) && !connectionOf(request.socket).busy
    );
  }

  server.on(config.tls ? 'secureConnection' : 'connection', connectionOf);
  server.on('request', (request, response) => {
    const connection = connectionOf(request.socket);
    connection.inTurn(response, () => guarded(site, connection, () => serve(site, connection, request, response)));
  });
  server.on('checkContinue', (request, response) => server.emit('request', request, response));
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  server.on('upgrade', (request: IncomingMessage, socket: Socket, first: Buffer) => {
    const connection = connectionOf(socket);
    guarded(site, connection, () => {
      const response = new ServerResponse(request);
      response.shouldKeepAlive = false;
      response.assignSocket(socket);
      response.on('finish', () => socket.destroySoon());
      serve(site, connection, request, response, first);
    });
  });
  server.on('connect', (_request, socket: Socket) => {
    connectionOf(socket);
    socket.write('HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    socket.destroySoon();
  });
  // Node drops the fields beyond its own count silently; ours refuses the request.
  server.maxHeadersCount = 0;
  if (config.limits.connections > 0) server.maxConnections = config.limits.connections;
  server.timeout = config.limits.idleMs;
  return server;
}

/** A mistake of ours costs one connection, not the process and every other client with it. */
function guarded(site: Site, connection: ClientConnection, work: () => void): void {
  try {
    work();
  } catch (error) {
    site.tally.ruleFailures++;
    site.log.error('a request could not be served; its connection was closed', { reason: reasonOf(error) });
    connection.abort();
  }
}

function serverOptions({ limits }: GatewayConfig) {
  return {
    insecureHTTPParser: false,
    requireHostHeader: true,
    // A request without a body needs none of what a stream does at its end; a body that there is comes through `RequestBody`.
    optimizeEmptyRequests: true,
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.requestMs > 0 ? Math.min(limits.headersMs, limits.requestMs) : limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: Math.max(50, Math.min(5_000, limits.headersMs / 4)),
    noDelay: true,
  };
}

function certificate({ certFile, keyFile }: { certFile: string; keyFile: string }, files: Files) {
  const read = (file: string) => {
    const state = files.read(file, 1024 * 1024);
    if (!state) throw new GatewayError('invalid-config', `tls: there is no file ${file}`);
    return state.bytes;
  };
  return { cert: read(certFile), key: read(keyFile) };
}

/** Listens; resolves with the address taken. Throws `GatewayError` `address-in-use` or `cannot-listen`. */
export function listen(
  server: Server,
  { host, port }: GatewayConfig['listen'],
): Promise<{ host: string; port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const where = `${host}:${port}`;
      reject(
        error.code === 'EADDRINUSE'
          ? new GatewayError(
              'address-in-use',
              `${where} is taken by another process; stop it or change "listen"`,
              error,
            )
          : new GatewayError('cannot-listen', `cannot listen on ${where}: ${error.message}`, error),
      );
    });
    server.listen({ host, port }, () => {
      const address = server.address();
      if (typeof address === 'object' && address) resolve({ host: address.address, port: address.port });
    });
  });
}
