import { decodeInventoryConfig, takeInventory } from '@stopgap/agent/inventory';
import { type Folders, silentLog, systemFolders } from '@stopgap/machine';
import { hostOf, type Machine } from '../composition.ts';
import { knownProducts } from './known-products.ts';
import type { FoundHost } from './sandbox.ts';

/** An entry of `hosts` in `agent.json`. */
export type HostEntry = Readonly<Record<string, string>> & { readonly kind: string };

/** What was found on a server. */
export interface Detected {
  readonly hosts: readonly HostEntry[];
  /** Entries of `products`. */
  readonly products: readonly object[];
}

/** Where a gateway's own configuration is looked for. */
const gatewayConfig = '/etc/stopgap/gateway.json';

/** Every host that could be here without being told of. Kinds that this product does not know are left out. */
export function candidates(platform: NodeJS.Platform, folders: Folders): readonly HostEntry[] {
  // Services first: health services stop before the application pools that they would start again.
  if (platform === 'win32') return [{ kind: 'windows-service' }, { kind: 'iis' }];
  const gateways = folders.realPath(gatewayConfig) === undefined ? [] : [gatewayConfig];
  return [
    { kind: 'nginx' },
    { kind: 'apache' },
    ...phpHosts(folders),
    ...gateways.map((configFile) => ({ kind: 'gateway', configFile })),
    { kind: 'systemd' },
  ];
}

/** A host for each version of PHP-FPM; a single one needs no name of its own. */
function phpHosts(folders: Folders): readonly HostEntry[] {
  const versions = (folders.list('/etc/php') ?? []).filter(
    (version) => folders.realPath(`/etc/php/${version}/fpm/php-fpm.conf`) !== undefined,
  );
  if (versions.length < 2) return versions.map(() => ({ kind: 'php-fpm' }));
  return versions.sort().map((version) => ({
    kind: 'php-fpm',
    name: `php-fpm-${version}`,
    configFile: `/etc/php/${version}/fpm/php-fpm.conf`,
  }));
}

/** Looks for hosts and products. Changes nothing. */
export async function detect(machine: Machine, platform: NodeJS.Platform): Promise<Detected> {
  const found: HostEntry[] = [];
  for (const entry of candidates(platform, systemFolders)) {
    if (await isPresent(entry, machine)) found.push(entry);
  }
  return { hosts: found, products: await findProducts(machine, platform) };
}

async function isPresent(entry: HostEntry, machine: Machine): Promise<boolean> {
  try {
    const host = await hostOf(entry, `the host ${entry.kind}`, { ...machine, log: silentLog });
    return (await host.survey()).present;
  } catch {
    // A kind that is not in this product, or a server that cannot be looked at: nothing to write into a configuration.
    return false;
  }
}

async function findProducts(machine: Machine, platform: NodeJS.Platform): Promise<readonly object[]> {
  const entries: readonly object[] =
    platform === 'win32'
      ? [{ product: 'exchange', detector: 'exchange' }]
      : knownProducts.map((one) => ({ product: one.product, detector: 'debian-package', package: one.package }));
  const here: object[] = [];
  for (const entry of entries) {
    const config = decodeInventoryConfig([entry], 'products');
    const { products } = await takeInventory(config, { ...machine, log: silentLog });
    if (products.length > 0) here.push(entry);
  }
  return here;
}

/** Looks at the hosts of a configuration, for what they need. Throws what an invalid entry throws. */
export async function surveyConfigured(
  entries: readonly unknown[],
  place: string,
  machine: Machine,
): Promise<readonly FoundHost[]> {
  return await Promise.all(
    entries.map(async (entry, index) => {
      const host = await hostOf(entry, `${place}: hosts[${index}]`, machine);
      return { kind: host.kind, name: host.name, survey: await host.survey() };
    }),
  );
}
