import type { Endpoint } from '@stopgap/agent';
import { type Directive, isNamed, walk } from './httpd/directives.ts';
import type { ServerFacts, VirtualHost } from './httpd/facts.ts';

/** One `Listen`. */
interface Listen {
  /** `*`: any IPv4 address; `::`: any IPv6 address. */
  readonly address: string;
  readonly port: number;
  readonly https: boolean;
}

/**
 * Where virtual hosts, and the main server where none of them stands before it, answer, seen from this machine. Left out is
 * what a probe cannot speak to (PROXY protocol) and what nothing listens for. Pure.
 */
export function endpointsOf(facts: ServerFacts, directives: readonly Directive[]): readonly Endpoint[] {
  const listens = [...walk(directives)].flatMap(({ directive }) =>
    isNamed(directive, 'Listen') ? listenOf(directive) : [],
  );
  const sections = new Map(
    [...walk(directives)].flatMap(({ directive }) =>
      isNamed(directive, 'VirtualHost') ? [[directive.place, directive.inner] as const] : [],
    ),
  );
  const proxied = says(directives, 'RemoteIPProxyProtocol', 'on');
  const main = mainServer(facts, listens, directives);
  const found = [...facts.virtualHosts, ...main].flatMap((host) => {
    const inner = sections.get(host.place) ?? [];
    if (proxied || says(inner, 'RemoteIPProxyProtocol', 'on')) return [];
    return listens.filter((listen) => covers(listen, host)).flatMap((listen) => endpoint(host, listen, inner, facts));
  });
  return [...new Map(found.map((one) => [Object.values(one).join(' '), one])).values()];
}

function listenOf({ args }: Directive): readonly Listen[] {
  const [where = '', protocol] = args;
  const [, bracketed, plain, number] = /^(?:\[(.*)\]:|(.*):)?(\d+)$/.exec(where) ?? [];
  if (number === undefined) return [];
  const port = Number(number);
  const https = protocol === undefined ? port === 443 : protocol.toLowerCase() === 'https';
  const address = bracketed ?? (plain === undefined || plain === '0.0.0.0' || plain === '*' ? '*' : plain);
  return [{ address, port, https }];
}

function covers(listen: Listen, { address, port }: VirtualHost): boolean {
  if (port !== 0 && port !== listen.port) return false;
  return address === '*' || listen.address === address || listen.address === (address.includes(':') ? '::' : '*');
}

/** The main server answers where no virtual host of that port takes all addresses. */
function mainServer(
  { virtualHosts }: ServerFacts,
  listens: readonly Listen[],
  directives: readonly Directive[],
): readonly VirtualHost[] {
  const name = directives.findLast((one) => isNamed(one, 'ServerName'))?.args[0] ?? '';
  return listens
    .filter(
      ({ port, address }) =>
        !virtualHosts.some((host) => [0, port].includes(host.port) && ['*', address].includes(host.address)),
    )
    .map(({ address, port }) => ({ address, port, name, place: '', isDefault: true }));
}

function endpoint(
  host: VirtualHost,
  listen: Listen,
  inner: readonly Directive[],
  facts: ServerFacts,
): readonly Endpoint[] {
  const address = localAddress(host, listen, facts);
  const shown = address.includes(':') ? `[${address}]` : address;
  const name = host.name.replace(/^\w+:\/\//, '').replace(/:\d+$/, '');
  const usable = name !== '' && !/[*?]/.test(name);
  if (!usable && !host.isDefault) return [];
  return [
    {
      scheme: isSecure(inner, listen, facts) ? 'https' : 'http',
      address,
      port: listen.port,
      hostHeader: usable ? name : shown,
    },
  ];
}

/** mod_ssl takes a host without `SSLEngine` that is reached by https for one with it. */
function isSecure(inner: readonly Directive[], listen: Listen, { modules }: ServerFacts): boolean {
  const engine = inner.findLast((one) => isNamed(one, 'SSLEngine'))?.args[0]?.toLowerCase();
  if (engine === undefined) return listen.https && modules.has('ssl');
  return engine === 'on';
}

/** An address of this machine at which the host answers, and not one with an address of its own that is looked for first. */
function localAddress(host: VirtualHost, listen: Listen, { virtualHosts }: ServerFacts): string {
  if (host.address !== '*') return host.address;
  if (listen.address === '::') return '::1';
  if (listen.address !== '*') return listen.address;
  const taken = new Set(virtualHosts.filter(({ port }) => port === listen.port).map(({ address }) => address));
  const loopback = Array.from({ length: 8 }, (_, at) => `127.0.0.${at + 1}`);
  return loopback.find((one) => !taken.has(one)) ?? '127.0.0.1';
}

function says(directives: readonly Directive[], name: string, word: string): boolean {
  return directives.findLast((one) => isNamed(one, name))?.args[0]?.toLowerCase() === word;
}
