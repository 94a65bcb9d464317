import type { XmlElement } from '@stopgap/xml';

/** A site of an `applicationHost.config`. */
export interface Site {
  readonly name: string;
  readonly bindings: readonly Binding[];
}

/** `bindingInformation` of an http or https binding: `address:port:host`. */
export interface Binding {
  readonly protocol: 'http' | 'https';
  readonly port: number;
  /** Lower case; empty: any host name. A leading `*.` stands for any labels. */
  readonly host: string;
}

/** Reads `<sites>` of `system.applicationHost`; bindings that are not http are passed over. */
export function readSites(applicationHost: XmlElement): readonly Site[] {
  const sites = applicationHost.elements.filter((child) => child.name === 'sites').flatMap((list) => list.elements);
  return sites
    .filter((site) => site.name === 'site')
    .map((site) => ({ name: site.attributes.get('name')?.value ?? '', bindings: readBindings(site) }));
}

function readBindings(site: XmlElement): readonly Binding[] {
  const list = site.elements.filter((child) => child.name === 'bindings').flatMap((child) => child.elements);
  return list.flatMap((binding) => {
    const protocol = binding.attributes.get('protocol')?.value.toLowerCase();
    const information = binding.attributes.get('bindingInformation')?.value ?? '';
    const parts = /:(\d+):([^:]*)$/.exec(information);
    if ((protocol !== 'http' && protocol !== 'https') || !parts) return [];
    return [{ protocol, port: Number(parts[1]), host: (parts[2] ?? '').trim().toLowerCase() }];
  });
}

/**
 * The site that IIS would give a request to: the exact host name first, then a wildcard host name, then a binding without
 * one; the port has to fit. Where no binding fits, the first site.
 */
export function siteFor(
  sites: readonly Site[],
  scheme: 'http' | 'https',
  host: string,
  port?: number,
): Site | undefined {
  const name = host.replace(/:\d*$/, '').toLowerCase();
  const wanted = port ?? Number(/:(\d+)$/.exec(host)?.[1] ?? (scheme === 'https' ? 443 : 80));
  const ranked = sites
    .map((site) => ({
      site,
      rank: Math.max(0, ...site.bindings.map((binding) => rank(binding, scheme, name, wanted))),
    }))
    .filter((one) => one.rank > 0)
    .toSorted((a, b) => b.rank - a.rank);
  return ranked[0]?.site ?? sites[0];
}

function rank(binding: Binding, scheme: string, name: string, port: number): number {
  if (binding.protocol !== scheme || binding.port !== port) return 0;
  if (binding.host === '') return 1;
  if (binding.host.startsWith('*.')) return name.endsWith(binding.host.slice(1)) ? 2 : 0;
  return binding.host === name ? 3 : 0;
}
