import { createServer as createSecureServer, request } from 'node:https';
import path from 'node:path';
import { silentLog, systemClock, systemFiles } from '@stopgap/machine';
import { afterEach, describe, expect, it } from 'vitest';
import { type GatewayConfig, startGateway } from '../index.ts';
import { certificate, certificateKey } from '../testing/certificate.ts';
import { exchange } from '../testing/raw-client.ts';
import { echo, echoed, type Rig, startRig } from '../testing/rig.ts';

const world = { files: systemFiles, clock: systemClock, log: silentLog };
const get = 'GET / HTTP/1.1\r\nHost: anything.example\r\nConnection: close\r\n\r\n';
const tlsServer = () => createSecureServer({ cert: certificate, key: certificateKey }, echo);

let rig: Rig | undefined;

afterEach(async () => {
  await rig?.close();
  rig = undefined;
});

/** A second gateway in the rig's folder, with what the test changes. */
async function beside(change: (config: GatewayConfig, folder: string) => Partial<GatewayConfig>) {
  rig ??= await startRig({ upstream: tlsServer() });
  const { config, folder } = rig;
  systemFiles.write(path.join(folder, 'cert.pem'), certificate);
  systemFiles.write(path.join(folder, 'key.pem'), certificateKey);
  const changed = { ...config, controlSocket: path.join(folder, 'second.sock'), ...change(config, folder) };
  return startGateway(changed, world);
}

const secure = (config: GatewayConfig) => config.upstream.replace('http:', 'https:');

describe('an upstream with https', () => {
  it('is asked under its own name, whatever Host the client sends, and its certificate is checked', async () => {
    const gateway = await beside((config, folder) => ({
      upstream: secure(config),
      upstreamTls: { caFile: path.join(folder, 'cert.pem'), serverName: 'gateway.test' },
    }));
    const first = await exchange(gateway.address.port, get);
    expect(echoed(first).fields.slice(0, 2)).toEqual(['host', 'anything.example']);
    const expecting =
      'POST / HTTP/1.1\r\nHost: other.example\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nok';
    expect(echoed((await exchange(gateway.address.port, expecting)).split('100 Continue')[1] ?? '').body).toBe('ok');
    await gateway.close();
  });

  it.each([
    ['is signed by a stranger', 'gateway.test', undefined],
    ['is for another name', 'other.test', 'cert.pem'],
  ])('is not spoken to when its certificate %s', async (_name, serverName, caFile) => {
    const gateway = await beside((config, folder) => ({
      upstream: secure(config),
      upstreamTls: { serverName, ...(caFile !== undefined && { caFile: path.join(folder, caFile) }) },
    }));
    expect(await exchange(gateway.address.port, get)).toMatch(/^HTTP\/1\.1 502 /);
    await gateway.close();
  });

  it('at an address needs to be told the name on its certificate', async () => {
    await expect(beside((config) => ({ upstream: secure(config) }))).rejects.toMatchObject({
      code: 'invalid-config',
      message: /upstreamTls\.serverName/,
    });
  });
});

describe('a gateway with a certificate', () => {
  it('speaks https to clients and says so to the upstream', async () => {
    rig = await startRig();
    const gateway = await beside((_config, folder) => ({
      tls: { certFile: path.join(folder, 'cert.pem'), keyFile: path.join(folder, 'key.pem') },
    }));
    const body = await new Promise<string>((resolve, reject) => {
      const { port } = gateway.address;
      const asked = request(
        { port, host: '127.0.0.1', servername: 'gateway.test', ca: certificate, path: '/owa/', agent: false },
        (response) => {
          let text = '';
          response.on('data', (chunk) => {
            text += chunk;
          });
          response.on('end', () => resolve(text));
        },
      );
      asked.on('error', reject);
      asked.end();
    });
    expect(echoed(body).fields.join(' ')).toContain('x-forwarded-proto https');
    await gateway.close();
  });

  it('does not start without the files', async () => {
    rig = await startRig();
    const tls = { certFile: '/nowhere/cert.pem', keyFile: '/nowhere/key.pem' };
    await expect(beside(() => ({ tls }))).rejects.toMatchObject({ code: 'invalid-config', message: /nowhere/ });
  });
});
