import { Agent, type Server } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { isIP } from 'node:net';
import type { Clock, Files, Log } from '@stopgap/machine';
import { Pool } from 'undici';
import { createClientServer, listen } from './clients/server.ts';
import { openControl } from './control/control-server.ts';
import { GatewayError } from './errors.ts';
import { RefusalLog } from './exchange/refusal-log.ts';
import type { RuleEngine } from './rules/engine.ts';
import { loadRules } from './rules/load-rules.ts';
import { rewriteEngine } from './rules/rewrite-engine.ts';
import type { GatewayConfig } from './settings/config.ts';
import type { Site, Upstream } from './site.ts';
import { Slots } from './upstream/slots.ts';
import { SoundClient } from './upstream/sound-client.ts';

/** A gateway that answers. */
export interface RunningGateway {
  readonly address: { readonly host: string; readonly port: number };
  /**
   * Takes no more connections, lets requests in flight finish (at most `limits.closeMs`), then closes all. Resolves when nothing is
   * left open; may be called again.
   */
  close(): Promise<void>;
}

/** The world a gateway runs in. */
export interface GatewayWorld {
  readonly files: Files;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Starts a gateway with the rules that stand in its rules file. Throws `GatewayError`: a rules file that cannot be read or
 * enforced means no start, never a start without rules.
 */
export async function startGateway(
  config: GatewayConfig,
  world: GatewayWorld,
  engine: RuleEngine = rewriteEngine,
): Promise<RunningGateway> {
  const { files, clock, log } = world;
  const upstream = readUpstream(config, files);
  const site: Site = {
    config,
    rules: loadRules(config, files, engine),
    pool: makePool(config, upstream),
    slots: new Slots(config.limits.upstreamConnections),
    agent: makeAgent(upstream),
    agentSlots: new Slots(config.limits.upstreamConnections),
    upstream,
    log,
    refusals: new RefusalLog(log, clock),
    tally: { requests: 0, refused: 0, observed: 0, ruleFailures: 0, upstreamFailures: 0 },
    connections: new Set(),
    closing: false,
  };
  const server = createClientServer(site, files);
  const address = await listen(server, config.listen);
  const status = () => ({
    digest: site.rules.digest,
    address,
    rules: { enforced: site.rules.enforced, observed: site.rules.observed },
    counts: site.tally,
  });
  const reload = () => {
    site.rules = loadRules(config, files, engine, site.rules);
    log.info('rules loaded', {
      digest: site.rules.digest,
      enforced: site.rules.enforced,
      observed: site.rules.observed,
    });
  };
  try {
    const control = await openControl(config.controlSocket, { status, reload }, files);
    log.info('gateway listens', { host: address.host, port: address.port, upstream: config.upstream });
    return { address, close: closer(site, server, control, clock) };
  } catch (error) {
    server.close();
    await site.pool.destroy();
    throw error;
  }
}

function readUpstream(config: GatewayConfig, files: Files): Upstream {
  const url = new URL(config.upstream);
  const secure = url.protocol === 'https:';
  const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const { caFile, serverName } = config.upstreamTls ?? {};
  if (secure && serverName === undefined && isIP(hostname)) {
    throw new GatewayError(
      'invalid-config',
      `upstream ${config.upstream} is an address; say in upstreamTls.serverName for which name its certificate is`,
    );
  }
  const ca = caFile === undefined ? undefined : files.read(caFile, 1024 * 1024);
  if (caFile !== undefined && !ca)
    throw new GatewayError('invalid-config', `upstreamTls.caFile: there is no file ${caFile}`);
  return {
    url,
    hostname,
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    serverName: secure ? (serverName ?? hostname) : undefined,
    ca: ca?.bytes,
  };
}

function makePool({ limits }: GatewayConfig, upstream: Upstream): Pool {
  return new Pool(upstream.url, {
    factory: (origin, options) => new SoundClient(origin, options),
    connections: limits.upstreamConnections,
    pipelining: 1,
    allowH2: false,
    headersTimeout: limits.upstreamHeadersMs,
    bodyTimeout: limits.upstreamBodyMs,
    keepAliveTimeout: limits.upstreamKeepAliveMs,
    maxHeaderSize: limits.upstreamHeaderBytes,
    connect: { timeout: limits.upstreamConnectMs, ...(upstream.ca && { ca: upstream.ca }) },
  });
}

function makeAgent(upstream: Upstream): Agent {
  // A connection for each of the few: none is ever found closed by the upstream just as it is used again.
  return upstream.url.protocol === 'https:'
    ? new SecureAgent({ keepAlive: false, ...(upstream.ca && { ca: upstream.ca }) })
    : new Agent({ keepAlive: false });
}

function closer(site: Site, server: Server, control: Server, clock: Clock): () => Promise<void> {
  let closed: Promise<void> | undefined;
  const close = async () => {
    site.closing = true;
    const ended = new AbortController();
    const stopped = Promise.all([stop(server), stop(control)]).then(() => ended.abort());
    control.closeAllConnections();
    // A tunnel would never end by itself, and its client knows how to open another.
    for (const connection of site.connections) if (connection.tunnel) connection.socket.destroySoon();
    await Promise.race([stopped, patience(server, site.config.limits.closeMs, clock, ended.signal)]);
    for (const connection of site.connections) connection.socket.destroy();
    await stopped;
    site.agent.destroy();
    await site.pool.destroy();
    site.refusals.close();
  };
  return () => {
    closed ??= close();
    return closed;
  };
}

/** Waits for requests in flight, closing each connection as it becomes idle. */
async function patience(server: Server, forMs: number, clock: Clock, ended: AbortSignal): Promise<void> {
  const until = clock.elapsed() + forMs;
  while (!ended.aborted && clock.elapsed() < until) {
    server.closeIdleConnections();
    await clock.sleep(Math.min(20, forMs), ended).catch(() => {});
  }
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
