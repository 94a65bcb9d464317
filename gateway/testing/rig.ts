import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createRawServer, type Server as RawServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Log, type LogFields, systemClock, systemFiles } from '@stopgap/machine';
import {
  formatRulesFile,
  type GatewayConfig,
  type GatewayLimits,
  parseGatewayConfig,
  type RuleEngine,
  type RulesEntry,
  type RunningGateway,
  startGateway,
} from '../index.ts';
import { RawClient } from './raw-client.ts';

/** What a test wants of its gateway. */
export interface RigOptions {
  /** Default: answers with a JSON of what it saw. */
  readonly upstream?: RequestListener | Server | RawServer;
  readonly config?: object;
  readonly limits?: Partial<GatewayLimits>;
  readonly rules?: readonly RulesEntry[];
  readonly engine?: RuleEngine;
  /** Text of an administrator's own `<rewrite>` file. */
  readonly ownRules?: string;
}

/** A line that was logged. */
export interface Logged {
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields;
}

/** A gateway on a free port with an upstream behind it and a folder of its own; gone after `close`. */
export interface Rig {
  readonly gateway: RunningGateway;
  readonly config: GatewayConfig;
  readonly folder: string;
  readonly port: number;
  /** What reached the upstream, as `METHOD url`. */
  readonly reached: readonly string[];
  /** Connections the upstream has had. */
  readonly upstreamConnections: () => number;
  /** Those of them that are open now. */
  readonly upstreamOpen: () => number;
  readonly upstream: Server | RawServer;
  readonly logged: readonly Logged[];
  connect(): RawClient;
  close(): Promise<void>;
}

/** Starts one; the caller closes it. */
export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const folder = mkdtempSync(path.join(tmpdir(), 'stopgap-gateway-'));
  const reached: string[] = [];
  const upstream = upstreamOf(options, reached);
  const sockets = new Set<Socket>();
  upstream.on('connection', (socket: Socket) => sockets.add(socket));
  const upstreamPort = await listenOn(upstream);
  const ownRules = path.join(folder, 'own.xml');
  if (options.ownRules !== undefined) systemFiles.write(ownRules, options.ownRules);
  const config = parseGatewayConfig(
    JSON.stringify({
      listen: { host: '127.0.0.1', port: 0 },
      upstream: `http://127.0.0.1:${upstreamPort}`,
      rulesFile: path.join(folder, 'rules.json'),
      controlSocket: path.join(folder, 'control.sock'),
      ...(options.ownRules !== undefined && { ownRules }),
      ...options.config,
      limits: { closeMs: 500, ...options.limits },
    }),
    'rig',
  );
  if (options.rules) systemFiles.write(config.rulesFile, formatRulesFile(options.rules));
  const logged: Logged[] = [];
  const world = { files: systemFiles, clock: systemClock, log: keepingLog(logged) };
  const gateway = await startGateway(config, world, options.engine);
  const clients: RawClient[] = [];
  return {
    gateway,
    config,
    folder,
    port: gateway.address.port,
    reached,
    upstreamConnections: () => sockets.size,
    upstreamOpen: () => [...sockets].filter((socket) => !socket.closed).length,
    upstream,
    logged,
    connect: () => {
      const client = new RawClient(gateway.address.port);
      clients.push(client);
      return client;
    },
    close: async () => {
      for (const client of clients) client.destroy();
      for (const socket of sockets) socket.destroy();
      await gateway.close();
      await new Promise((resolve) => upstream.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function upstreamOf({ upstream = echo }: RigOptions, reached: string[]): Server | RawServer {
  const server = typeof upstream === 'function' ? createServer(upstream) : upstream;
  const note = (request: IncomingMessage) => reached.push(`${request.method} ${request.url}`);
  for (const event of ['request', 'upgrade', 'checkContinue']) {
    if (event === 'request' || server.listenerCount(event) > 0) server.prependListener(event, note);
  }
  return server;
}

/** Answers with what it saw: method, url, raw header fields, body. */
export const echo: RequestListener = (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { method, url, rawHeaders: fields, rawTrailers: trailers } = request;
    const body = Buffer.concat(chunks).toString('latin1');
    response.end(JSON.stringify({ method, url, fields, trailers, body }));
  });
};

/** What `echo` saw, from the text of a whole response. */
export function echoed(response: string): {
  method: string;
  url: string;
  fields: string[];
  trailers: string[];
  body: string;
} {
  return JSON.parse(response.slice(response.indexOf('{'), response.lastIndexOf('}') + 1));
}

/** A server that answers each connection's first bytes with these. */
export function canned(response: string, then: 'keep' | 'close' = 'keep'): RawServer {
  return createRawServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write(Buffer.from(response, 'latin1'));
      if (then === 'close') socket.end();
    });
  });
}

/** An entry of a rules file with one inbound rule. */
export function rule(owner: string, inside: string, more: Partial<RulesEntry> = {}): RulesEntry {
  const rewrite = `<rewrite><rules><rule name="${owner} rule" stopProcessing="true">${inside}</rule></rules></rewrite>`;
  return { owner, revision: 1, index: 0, level: '/', mode: 'enforce', rewrite, ...more };
}

/** The published mitigation for CVE-2022-41040. */
export const powershell = rule(
  'CVE-2022-41040',
  `<match url=".*" /><conditions><add input="{UrlDecode:{REQUEST_URI}}" pattern="(?=.*autodiscover)(?=.*powershell)" /></conditions><action type="AbortRequest" />`,
);

function keepingLog(logged: Logged[]): Log {
  const at =
    (level: string) =>
    (message: string, fields: LogFields = {}) => {
      logged.push({ level, message, fields });
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

async function listenOn(server: Server | RawServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('no address');
  return address.port;
}
