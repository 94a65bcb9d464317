import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Change, HeldAction, Host } from '@stopgap/agent';
import { type RunningGateway, readGatewayConfig, startGateway } from '@stopgap/gateway';
import { silentLog, systemClock, systemCommands, systemFiles } from '@stopgap/machine';
import { parseRewrite } from '@stopgap/rewrite';

/** The machine itself, saying nothing. */
export const world = { files: systemFiles, commands: systemCommands, clock: systemClock, log: silentLog };

/** A folder with a gateway's configuration and an upstream that says `ok`; the gateway runs when the test starts it. */
export interface GatewayFolder {
  readonly configFile: string;
  readonly rulesFile: string;
  readonly ownRules: string;
  readonly controlSocket: string;
  start(): Promise<RunningGateway>;
  close(): Promise<void>;
}

/** Makes one; `more` are further keys of the configuration. */
export async function gatewayFolder(more: object = {}): Promise<GatewayFolder> {
  const folder = mkdtempSync(path.join(tmpdir(), 'stopgap-host-gateway-'));
  const upstream = createServer((_request, response) => response.end('ok'));
  const port = await listening(upstream);
  const file = (name: string) => path.join(folder, name);
  const places = { rulesFile: file('rules.json'), controlSocket: file('control.sock') };
  const config = { listen: { host: '127.0.0.1', port: 0 }, upstream: `http://127.0.0.1:${port}`, ...places, ...more };
  systemFiles.write(file('gateway.json'), JSON.stringify(config));
  let gateway: RunningGateway | undefined;
  return {
    ...places,
    configFile: file('gateway.json'),
    ownRules: file('own.xml'),
    start: async () => {
      gateway = await startGateway(readGatewayConfig(file('gateway.json'), systemFiles), world);
      return gateway;
    },
    close: async () => {
      await gateway?.close();
      upstream.closeAllConnections();
      await new Promise((resolve) => upstream.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('no address');
  return address.port;
}

/** A `urlRewrite` action on the default site, as the agent holds it. */
export function held(mitigation: string, source: string, more: Partial<HeldAction> = {}): HeldAction {
  const scope = { level: 'site', site: 'Default Web Site' } as const;
  const action = { kind: 'urlRewrite', scope, rewrite: parseRewrite(source), source } as const;
  return { mitigation, revision: 1, index: 0, mode: 'enforce', action, ...more };
}

/** A `<rewrite>` with one inbound rule that aborts. */
export function aborting(name: string, url: string, more = 'stopProcessing="true"'): string {
  return `<rewrite><rules><rule name="${name}" ${more}><match url="${url}" /><action type="AbortRequest" /></rule></rules></rewrite>`;
}

/** Plans, makes the changes and puts them in force, as the agent does; the changes. */
export async function apply(host: Host, wanted: readonly HeldAction[]): Promise<readonly Change[]> {
  const { changes } = await host.plan(wanted, new Map());
  for (const change of changes) await host.perform(change);
  await host.activate();
  return changes;
}

/** The whole answer to a GET, empty when the connection was closed without one. */
export function get(port: number, url: string): Promise<string> {
  return new Promise((resolve) => {
    let seen = '';
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`GET ${url} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    });
    socket.on('data', (chunk) => {
      seen += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(seen));
  });
}
