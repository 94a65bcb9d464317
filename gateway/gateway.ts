import { Agent, type Server } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import * as net from 'node:net';
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
    agent: makeAgent(config, upstream),
    upstream,
    log,
    refusals: new RefusalLog(log, clock),
    tally: { requests: 0, refused: 0, observed: 0, ruleFailures: 0, upstreamFailures: 0 },
    tunnels: new Set(),
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
    site.rules = loadRules(config, files, engine);
    log.info('rules loaded', {
      digest: site.rules.digest,
      enforced: site.rules.enforced,
      observed: site.rules.observed,
    });
  };
  try {
    const control = await openControl(config.controlSocket, { status, reload });
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
  const ca = caFile === undefined ? undefined : files.read(caFile, 1024 * 1024);
  if (caFile !== undefined && !ca)
    throw new GatewayError('invalid-config', `upstreamTls.caFile: there is no file ${caFile}`);
  return {
    url,
    hostname,
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    serverName: secure ? (serverName ?? (net.isIP(hostname) ? '' : hostname)) : undefined,
    ca: ca?.bytes,
  };
}

function makePool({ limits }: GatewayConfig, upstream: Upstream): Pool {
  return new Pool(upstream.url, {
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

function makeAgent({ limits }: GatewayConfig, upstream: Upstream): Agent {
  const options = { keepAlive: true, maxSockets: limits.upstreamConnections, timeout: limits.upstreamKeepAliveMs };
  return upstream.url.protocol === 'https:'
    ? new SecureAgent({ ...options, ...(upstream.ca && { ca: upstream.ca }) })
    : new Agent(options);
}

function closer(site: Site, server: Server, control: Server, clock: Clock): () => Promise<void> {
  let closed: Promise<void> | undefined;
  const close = async () => {
    site.closing = true;
    const ended = new AbortController();
    const stopped = Promise.all([stop(server), stop(control)]).then(() => ended.abort());
    server.closeIdleConnections();
    control.closeAllConnections();
    const { closeMs } = site.config.limits;
    await Promise.race([stopped, clock.sleep(closeMs, ended.signal).catch(() => {})]);
    for (const tunnel of site.tunnels) tunnel.destroy();
    server.closeAllConnections();
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

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
