import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { HostBed, World } from '@stopgap/agent/contract';
import { type RunningGateway, readGatewayConfig, startGateway } from '@stopgap/gateway';
import { askStatus, checkRules } from '@stopgap/gateway/contract';
import { type Clock, systemCommands, systemFiles, systemFolders } from '@stopgap/machine';
import { gatewayHost } from '../host.ts';
import { get, world as quiet } from './gateway-folder.ts';

/** A real gateway that runs, in a folder of its own. */
export interface GatewayBed extends HostBed {
  readonly configFile: string;
  readonly rulesFile: string;
  readonly ownRules: string;
  readonly gateway: RunningGateway;
  /** Whether it runs with other rules than those on disk. */
  stale(): Promise<boolean>;
}

/** Starts a gateway in front of a server that says `ok`. */
export async function gatewayBed(): Promise<GatewayBed> {
  const folder = mkdtempSync(path.join(tmpdir(), 'stopgap-bed-gateway-'));
  const upstream = createServer((_request, response) => response.end('ok'));
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const address = upstream.address();
  const file = (name: string) => path.join(folder, name);
  const [configFile, rulesFile, ownRules] = [file('gateway.json'), file('rules.json'), file('own.xml')];
  const config = {
    listen: { host: '127.0.0.1', port: 0 },
    upstream: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    rulesFile,
    ownRules,
    controlSocket: file('control.sock'),
  };
  systemFiles.write(ownRules, '<rewrite>\n  <rules />\n</rewrite>\n', { mode: 0o640 });
  systemFiles.write(configFile, JSON.stringify(config));
  const gateway = await startGateway(readGatewayConfig(configFile, systemFiles), quiet);
  const world: World = { ...quiet, folders: systemFolders, commands: systemCommands, clock: quickClock() };
  return {
    configFile,
    rulesFile,
    ownRules,
    gateway,
    host: (between = (one) => one) => gatewayHost({ kind: 'gateway', configFile }, between(world)),
    snapshot: () => snapshot([rulesFile, ownRules]),
    complaint: async () => {
      const said = await get(gateway.address.port, '/');
      return said.startsWith('HTTP/1.1 200 ') ? undefined : `the gateway answers ${JSON.stringify(said.slice(0, 40))}`;
    },
    stale: async () => {
      const { digest } = checkRules(readGatewayConfig(configFile, systemFiles), systemFiles);
      return (await askStatus(config.controlSocket)).digest !== digest;
    },
    close: async () => {
      await gateway.close();
      upstream.closeAllConnections();
      await new Promise((resolve) => upstream.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function snapshot(files: readonly string[]): ReadonlyMap<string, string> {
  const found = files.flatMap((file): readonly (readonly [string, string])[] => {
    const state = systemFiles.read(file);
    return state ? [[path.basename(file), `${state.mode.toString(8)} ${state.bytes.toString('latin1')}`]] : [];
  });
  return new Map(found);
}

/** Time passes by sleeping only. */
function quickClock(): Clock {
  let now = 0;
  const sleep = async (ms: number) => {
    now += ms;
  };
  return { now: () => now, elapsed: () => now, sleep };
}
