import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { HeldAction } from '@stopgap/agent';
import { type RunningGateway, readGatewayConfig, startGateway } from '@stopgap/gateway';
import { silentLog, systemClock, systemCommands, systemFiles } from '@stopgap/machine';
import { parseRewrite } from '@stopgap/rewrite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gatewayHost } from './index.ts';

const world = { files: systemFiles, commands: systemCommands, clock: systemClock, log: silentLog };

const abortPowershell = `<rewrite><rules><rule name="EEMS M1.1 PowerShell - inbound" stopProcessing="true">
  <match url=".*" />
  <conditions><add input="{UrlDecode:{REQUEST_URI}}" pattern="(?=.*autodiscover)(?=.*powershell)" /></conditions>
  <action type="AbortRequest" />
</rule></rules></rewrite>`;

let folder: string;
let configFile: string;
let rulesFile: string;
let upstream: Server;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'stopgap-host-gateway-'));
  upstream = createServer((_request, response) => response.end('ok'));
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  configFile = path.join(folder, 'gateway.json');
  rulesFile = path.join(folder, 'rules.json');
  writeConfig({});
});

afterEach(async () => {
  upstream.closeAllConnections();
  await new Promise((resolve) => upstream.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

function writeConfig(more: object): void {
  const { port } = upstream.address() as AddressInfo;
  systemFiles.write(
    configFile,
    JSON.stringify({
      listen: { host: '127.0.0.1', port: 0 },
      upstream: `http://127.0.0.1:${port}`,
      rulesFile,
      controlSocket: path.join(folder, 'control.sock'),
      ...more,
    }),
  );
}

function held(id: string, source: string, more: Partial<HeldAction> = {}): HeldAction {
  const action = { kind: 'urlRewrite', scope: { level: 'site', site: 'Default Web Site' } } as const;
  return {
    mitigation: id,
    revision: 1,
    index: 0,
    mode: 'enforce',
    action: { ...action, rewrite: parseRewrite(source), source },
    ...more,
  };
}

async function request(port: number, url: string): Promise<string> {
  return new Promise((resolve) => {
    let seen = '';
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(`GET ${url} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`),
    );
    socket.on('data', (chunk) => {
      seen += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(seen));
  });
}

describe('the gateway host', () => {
  it('puts a mitigation in force on a running gateway and takes it off again, leaving no file', async () => {
    const gateway: RunningGateway = await startGateway(readGatewayConfig(configFile, systemFiles), world);
    try {
      const host = gatewayHost({ kind: 'gateway', configFile }, world);
      const wanted = [held('CVE-2022-41040', abortPowershell)];
      const first = await host.plan(wanted, new Map());
      expect(first.findings.map((finding) => finding.presence)).toEqual(['absent']);
      for (const change of first.changes) await host.perform(change);
      await host.activate();
      const survey = await host.survey();
      expect(survey.endpoints.map((endpoint) => endpoint.port)).toEqual([gateway.address.port]);
      expect(await request(gateway.address.port, '/autodiscover?%70owershell')).toBe('');
      expect(await request(gateway.address.port, '/owa/')).toMatch(/^HTTP\/1\.1 200 /);
      expect(await host.plan(wanted, new Map())).toMatchObject({ findings: [{ presence: 'in-place' }], changes: [] });
      const last = await host.plan([], new Map());
      for (const change of last.changes) await host.perform(change);
      await host.activate();
      expect(await request(gateway.address.port, '/autodiscover?powershell')).toMatch(/^HTTP\/1\.1 200 /);
      expect(systemFiles.read(rulesFile)).toBeUndefined();
    } finally {
      await gateway.close();
    }
  });
});
