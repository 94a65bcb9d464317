import {
  type AgentConfig,
  AgentError,
  type Host,
  Journal,
  Library,
  type Parts,
  sendEvidence,
  statePaths,
} from '@stopgap/agent';
import { decodeInventoryConfig, takeInventory } from '@stopgap/agent/inventory';
import {
  type Clock,
  type Commands,
  type Files,
  type Log,
  systemClock,
  systemCommands,
  systemFiles,
} from '@stopgap/machine';
import { processXsd } from '@stopgap/mitigation';
import { decodeFeeds, sourceFor } from './feeds.ts';

/** The machine as host kinds and detectors see it. */
export interface Machine {
  readonly files: Files;
  readonly commands: Commands;
  readonly clock: Clock;
  readonly log: Log;
}

type HostFactory = (config: unknown, place: string, machine: Machine) => Promise<Host>;

/** The kinds of host in this product, each loaded only where it is configured. A new kind is a folder under `hosts/` and an entry here. */
const hostKinds: ReadonlyMap<string, HostFactory> = new Map<string, HostFactory>([
  [
    'apache',
    async (config, place, machine) => {
      const { apacheHost, decodeApacheHost } = await import('@stopgap/host-apache');
      return apacheHost(decodeApacheHost(config, place), machine);
    },
  ],
  [
    'gateway',
    async (config, place, machine) => {
      const { decodeGatewayHost, gatewayHost } = await import('@stopgap/host-gateway');
      return gatewayHost(decodeGatewayHost(config, place), machine);
    },
  ],
  [
    'iis',
    async (config, place, machine) => {
      const { decodeIisHost, iisHost } = await import('@stopgap/host-iis');
      return iisHost(decodeIisHost(config, place), machine);
    },
  ],
  [
    'nginx',
    async (config, place, machine) => {
      const { decodeNginxHost, nginxHost } = await import('@stopgap/host-nginx');
      return nginxHost(decodeNginxHost(config, place), machine);
    },
  ],
  [
    'php-fpm',
    async (config, place, machine) => {
      const { decodePhpFpmHost, phpFpmHost } = await import('@stopgap/host-php-fpm');
      return phpFpmHost(decodePhpFpmHost(config, place), machine);
    },
  ],
  [
    'systemd',
    async (config, place, machine) => {
      const { decodeSystemdHost, systemdHost } = await import('@stopgap/host-systemd');
      return systemdHost(decodeSystemdHost(config, place), machine);
    },
  ],
  [
    'windows-service',
    async (config, place, machine) => {
      const { decodeWindowsServiceHost, windowsServiceHost } = await import('@stopgap/host-windows-service');
      return windowsServiceHost(decodeWindowsServiceHost(config, place), machine);
    },
  ],
]);

/** Everything an agent works with, on this machine. The caller closes the journal. */
export async function composeAgent(config: AgentConfig, stateFolder: string, log: Log): Promise<Parts> {
  const machine: Machine = { files: systemFiles, commands: systemCommands, clock: systemClock, log };
  const paths = statePaths(stateFolder);
  const products = decodeInventoryConfig(config.products, `${paths.config}: products`);
  const hosts = await Promise.all(
    config.hosts.map((host, index) => hostOf(host, `${paths.config}: hosts[${index}]`, machine)),
  );
  const feeds = await decodeFeeds(config.feeds, paths.config, paths.feeds);
  const sources = await Promise.all(feeds.map((feed) => sourceFor(feed, machine)));
  return {
    ...machine,
    journal: Journal.open(paths.journal),
    library: new Library(processXsd(systemCommands)),
    sources,
    hosts: uniquelyNamed(hosts),
    inventory: () => takeInventory(products, machine),
    policyFiles: config.policy,
    health: config.health,
    send: sendEvidence,
    proveEvery: 3_600_000,
  };
}

/** One entry of `hosts`, made. Throws `invalid-config` for a kind that is not in this product, and what decoding it throws. */
export async function hostOf(host: unknown, place: string, machine: Machine): Promise<Host> {
  const kind = typeof host === 'object' && host !== null && 'kind' in host ? host.kind : undefined;
  const make = typeof kind === 'string' ? hostKinds.get(kind) : undefined;
  if (!make) {
    throw new AgentError(
      'invalid-config',
      `${place}: kind ${JSON.stringify(kind)} is not known; known are ${[...hostKinds.keys()].join(', ')}`,
    );
  }
  return await make(host, place, machine);
}

function uniquelyNamed(hosts: readonly Host[]): readonly Host[] {
  const names = new Set<string>();
  for (const { name } of hosts) {
    if (names.has(name))
      throw new AgentError('invalid-config', `two hosts are called "${name}"; give one of them another "name"`);
    names.add(name);
  }
  return hosts;
}
