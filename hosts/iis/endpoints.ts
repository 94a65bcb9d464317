import type { Endpoint } from '@stopgap/agent';
import type { Site, SiteBinding } from './server/sites.ts';

/**
 * Where the sites that start by themselves answer, seen from this machine: one endpoint for each scheme, address, port and
 * host name. A binding to all addresses is asked on the loopback one. Pure.
 */
export function endpointsOf(sites: readonly Site[], hostname: string): readonly Endpoint[] {
  const found = sites
    .filter((site) => site.startsByItself)
    .flatMap((site) => site.bindings.map((binding) => endpoint(site, binding, hostname)));
  return [...new Map(found.map((one) => [Object.values(one).join(' ').toLowerCase(), one])).values()];
}

function endpoint(site: Site, { scheme, address, port, host }: SiteBinding, hostname: string): Endpoint {
  const plain = address.replace(/^\[|\]$/g, '');
  const local = plain === '*' || plain === '0.0.0.0' ? '127.0.0.1' : plain === '::' ? '::1' : plain;
  // A wildcard host name takes any label in front.
  const name = host.startsWith('*') ? `stopgap${host.slice(1)}` : host;
  return { scheme, address: local, port, hostHeader: name || hostname, site: site.name };
}
