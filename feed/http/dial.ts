import { promises as dns, type LookupAddress } from 'node:dns';
import http from 'node:http';
import net from 'node:net';
import tls, { type SecureContext } from 'node:tls';
import type { Clock } from '@stopgap/machine';
import type { FeedTroubleStep } from '../source.ts';
import { codeOf, Trouble } from '../trouble.ts';
import { certificateTrouble } from './certificate.ts';
import { bareHost, portOf, proxyAuthorization } from './proxy.ts';

/** How to reach a feed. */
export interface Route {
  readonly url: URL;
  readonly proxy: URL | undefined;
  /** Made when the first TLS connection is: reading all authorities takes a while. */
  readonly authorities: () => SecureContext;
  /** For each of name, connection, proxy and TLS. */
  readonly connectTimeoutMs: number;
}

/** A step that has succeeded, with what was found and how long it took. */
export interface DialStep {
  readonly step: FeedTroubleStep;
  readonly detail: string;
  readonly milliseconds: number;
}

/**
 * Opens a connection over which HTTP can be spoken: name, TCP, tunnel through the proxy, TLS. Each step fails as its
 * own `Trouble`. (Node's agents can do the same with `proxyEnv`, but then tell these failures apart poorly, and name no
 * certificate.)
 */
export async function dial(route: Route, clock: Clock, signal?: AbortSignal): Promise<net.Socket> {
  const steps = dialSteps(route, clock, signal);
  for (;;) {
    const next = await steps.next();
    if (next.done) return next.value;
  }
}

/** The same, step by step. Whoever stops before the end leaves no connection behind. */
export async function* dialSteps(
  route: Route,
  clock: Clock,
  signal?: AbortSignal,
): AsyncGenerator<DialStep, net.Socket> {
  const { url, proxy } = route;
  const what = proxy ? 'the proxy' : 'the feed';
  let start = clock.elapsed();
  const done = (step: FeedTroubleStep, detail: string): DialStep => {
    const milliseconds = clock.elapsed() - start;
    start = clock.elapsed();
    return { step, detail, milliseconds };
  };
  let socket: net.Socket | undefined;
  let handedOver = false;
  try {
    const addresses = await resolve(proxy ?? url, what, route.connectTimeoutMs);
    yield done('dns', addresses.map(({ address }) => address).join(', '));
    socket = await connect(proxy ?? url, addresses, what, { ...route, signal });
    yield done('tcp', `${what} at ${socket.remoteAddress} port ${socket.remotePort}`);
    if (proxy?.protocol === 'https:') socket = await secure(socket, proxy, route);
    if (proxy && url.protocol === 'https:') socket = await tunnel(socket, proxy, route);
    if (proxy)
      yield done(
        'proxy',
        url.protocol === 'https:' ? `tunnel through ${proxy.host}` : `asked for whole URLs at ${proxy.host}`,
      );
    if (url.protocol === 'https:') {
      const secured = await secure(socket, url, route);
      socket = secured;
      yield done('tls', `${secured.getProtocol()}, certificate by ${issuerOf(secured)}`);
    }
    handedOver = true;
    return socket;
  } finally {
    if (!handedOver) socket?.destroy();
  }
}

async function resolve(url: URL, what: string, timeoutMs: number): Promise<LookupAddress[]> {
  const host = bareHost(url);
  const family = net.isIP(host);
  if (family !== 0) return [{ address: host, family }];
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    return await Promise.race([dns.lookup(host, { all: true }), late.promise]);
  } catch (error) {
    throw new Trouble(
      'dns',
      `the name ${host} of ${what} cannot be resolved (${codeOf(error)}); check the name and this machine's DNS`,
      error,
    );
  } finally {
    clearTimeout(timer);
  }
}

interface Connecting {
  readonly connectTimeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

function connect(url: URL, addresses: LookupAddress[], what: string, route: Connecting): Promise<net.Socket> {
  const host = bareHost(url);
  const place = `${what} at ${host}:${portOf(url)}`;
  return new Promise((resolve, reject) => {
    const socket = net.connect({
      host,
      port: portOf(url),
      ...(route.signal ? { signal: route.signal } : {}),
      lookup: (_host, options, callback) => {
        const [only] = addresses;
        if (options.all) callback(null, addresses);
        else callback(null, only?.address ?? '', only?.family);
      },
    });
    const fail = (code: string, error?: unknown) => {
      socket.destroy();
      const hint = code === 'ECONNREFUSED' ? 'nothing listens there' : 'check address, routes and firewalls';
      reject(new Trouble('tcp', `no connection to ${place} (${code}); ${hint}`, error));
    };
    const timer = setTimeout(() => fail(`no answer within ${route.connectTimeoutMs} ms`), route.connectTimeoutMs);
    // Stays: a connection may break between two steps, when nobody else listens.
    socket.on('error', (error) => {
      clearTimeout(timer);
      fail(codeOf(error), error);
    });
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}

function tunnel(socket: net.Socket, proxy: URL, { url, connectTimeoutMs }: Route): Promise<net.Socket> {
  const target = `${url.hostname}:${portOf(url)}`;
  const authorization = proxyAuthorization(proxy);
  return new Promise((resolve, reject) => {
    const fail = (reason: string, error?: unknown) => {
      clearTimeout(timer);
      socket.destroy();
      reject(new Trouble('proxy', `the proxy ${proxy.host} made no tunnel to ${target}: ${reason}`, error));
    };
    const request = http.request({
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...(authorization ? { 'proxy-authorization': authorization } : {}) },
      createConnection: () => socket,
      maxHeaderSize: 16_384,
    });
    request.once('connect', (response, _socket, head) => {
      if (response.statusCode !== 200 || head.length > 0) return fail(refusal(response.statusCode ?? 0));
      clearTimeout(timer);
      resolve(socket);
    });
    const timer = setTimeout(() => fail(`no answer within ${connectTimeoutMs} ms; check the proxy`), connectTimeoutMs);
    request.once('response', (response) => fail(refusal(response.statusCode ?? 0)));
    request.once('error', (error) => fail(`${codeOf(error)}; check that it is an HTTP proxy`, error));
    request.end();
  });
}

function refusal(status: number): string {
  if (status === 407) return 'status 407, it asks for a user and a password; put them into the proxy setting';
  if (status === 403) return 'status 403, it does not allow this; ask for the feed to be allowed';
  return `status ${status}; check its log`;
}

/**
 * TLS over a connection. The handshake is let through and judged here, not in Node, because only then can a refused
 * certificate be named; nothing is sent or read before it has been judged.
 */
function secure(socket: net.Socket, url: URL, route: Route): Promise<tls.TLSSocket> {
  const host = bareHost(url);
  return new Promise((resolve, reject) => {
    const secured = tls.connect({
      socket,
      host,
      ...(net.isIP(host) === 0 ? { servername: host } : {}),
      secureContext: route.authorities(),
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: false,
    });
    const fail = (trouble: Trouble) => {
      clearTimeout(timer);
      secured.destroy();
      reject(trouble);
    };
    const late = `no TLS handshake with ${url.host} within ${route.connectTimeoutMs} ms; check what listens there`;
    const timer = setTimeout(() => fail(new Trouble('tls', late)), route.connectTimeoutMs);
    // Both stay, as above; once the promise is settled they do nothing.
    secured.on('error', (error) => {
      fail(
        new Trouble(
          'tls',
          `no TLS handshake with ${url.host} (${codeOf(error)}); check that it speaks TLS 1.2 or later`,
          error,
        ),
      );
    });
    secured.on('close', () => fail(new Trouble('tls', `${url.host} closed the connection during the TLS handshake`)));
    secured.once('secureConnect', () => {
      if (!secured.authorized) return fail(certificateTrouble(secured, host));
      clearTimeout(timer);
      resolve(secured);
    });
  });
}

function issuerOf(socket: tls.TLSSocket): string {
  const { issuer } = socket.getPeerCertificate();
  return [issuer?.O, issuer?.CN].filter(Boolean).join(' ') || 'an unnamed issuer';
}
