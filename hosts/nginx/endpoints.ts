import type { Endpoint } from '@stopgap/agent';
import type { ServerBlock } from './syntax/blocks.ts';
import { defaultListen, type Listen } from './syntax/listen.ts';

/** What the endpoints depend on besides the configuration. */
export interface EndpointFacts {
  /** nginx's version, e.g. `1.22.1`. */
  readonly version: string;
  /** The machine's own name, for `server_name $hostname`. */
  readonly hostname: string;
}

/**
 * Where the `wanted` servers answer, seen from this machine. Left out is what a probe cannot speak to (socket files,
 * QUIC, PROXY protocol, HTTP/2 only) and a server that no Host header is known to reach. Pure.
 */
export function endpointsOf(
  all: readonly ServerBlock[],
  wanted: readonly ServerBlock[],
  facts: EndpointFacts,
): readonly Endpoint[] {
  const defaults = defaultServers(all);
  const found = wanted.flatMap((server) =>
    listensOf(server)
      .filter((listen) => reachable(listen, facts.version))
      .flatMap((listen) => endpoint(server, listen, defaults.get(addressKey(listen)) === server, facts)),
  );
  return [...new Map(found.map((one) => [Object.values(one).join(' '), one])).values()];
}

function listensOf(server: ServerBlock): readonly Listen[] {
  const listens = server.listens.length > 0 ? server.listens : [defaultListen];
  return server.ssl ? listens.map((one) => ({ ...one, ssl: true })) : listens;
}

/** By address and port: the one marked so, else the first (ngx_http_core_module, `listen`). */
function defaultServers(all: readonly ServerBlock[]): ReadonlyMap<string, ServerBlock> {
  const chosen = new Map<string, ServerBlock>();
  for (const marked of [true, false]) {
    for (const server of all) {
      for (const listen of listensOf(server)) {
        const key = addressKey(listen);
        if (listen.defaultServer === marked && !chosen.has(key)) chosen.set(key, server);
      }
    }
  }
  return chosen;
}

function addressKey({ address, port }: Listen): string {
  return `${address} ${port}`;
}

function reachable({ unreachable, http2, ssl }: Listen, version: string): boolean {
  return !unreachable && (ssl || !http2 || !before(version, [1, 25, 1]));
}

function before(version: string, than: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  const differing = than.findIndex((part, index) => parts[index] !== part);
  return differing !== -1 && (parts[differing] ?? 0) < (than[differing] ?? 0);
}

function endpoint(server: ServerBlock, listen: Listen, isDefault: boolean, facts: EndpointFacts): readonly Endpoint[] {
  const address = localAddress(listen.address);
  const shown = address.includes(':') ? `[${address}]` : address;
  const hostHeader = hostName(server.names, facts.hostname) ?? (isDefault ? shown : unnamed(server.names));
  if (hostHeader === undefined) return [];
  return [{ scheme: listen.ssl ? 'https' : 'http', address, port: listen.port, hostHeader }];
}

function localAddress(address: string): string {
  if (address === '*' || address === '0.0.0.0' || address === 'localhost') return '127.0.0.1';
  return address === '::' ? '::1' : address;
}

/** The first name that a Host header can be made from; regular expressions give none. */
function hostName(names: readonly string[], hostname: string): string | undefined {
  for (const name of names) {
    if (name === '$hostname') return hostname.toLowerCase();
    if (name.startsWith('*.')) return `stopgap${name.slice(1)}`;
    if (name.endsWith('.*')) return `${name.slice(0, -2)}.invalid`;
    if (name.startsWith('.') && name.length > 1) return name.slice(1);
    if (name !== '' && name !== '_' && !name.startsWith('~')) return name;
  }
  return undefined;
}

/** Names that are only ever meant to match nothing, but do match themselves. */
function unnamed(names: readonly string[]): string | undefined {
  return names.includes('_') ? '_' : undefined;
}
