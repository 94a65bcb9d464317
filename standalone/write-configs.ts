import path from 'node:path';
import { systemFiles } from '@stopgap/machine';

/** Writes the gateway's configuration and answers its file. */
export function writeGatewayConfig(stateFolder: string, port: number, sitePort: number): string {
  const file = path.join(stateFolder, 'gateway.json');
  write(file, {
    listen: { host: '127.0.0.1', port },
    upstream: `http://127.0.0.1:${sitePort}`,
    rulesFile: path.join(stateFolder, 'gateway-rules.json'),
    controlSocket: path.join(stateFolder, 'gateway.sock'),
  });
  return file;
}

/** Writes the agent's configuration: this server claims to be an Exchange 2019 CU12 that lacks its update. */
export function writeAgentConfig(
  stateFolder: string,
  of: { feedUrl: string; rootFile: string; gatewayConfig: string },
): void {
  write(path.join(stateFolder, 'agent.json'), {
    feeds: [{ name: 'demo', url: of.feedUrl, rootFile: of.rootFile }],
    hosts: [{ kind: 'gateway', configFile: of.gatewayConfig }],
    products: [{ product: 'exchange', detector: 'declared', build: '15.2.1118.9', roles: ['mailbox'] }],
  });
}

function write(file: string, value: unknown): void {
  systemFiles.write(file, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 });
}
