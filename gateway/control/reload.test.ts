import { existsSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { silentLog, systemClock, systemFiles } from '@stopgap/machine';
import { describe, expect, it } from 'vitest';
import { askReload, askStatus, digestOf, formatRulesFile, startGateway } from '../index.ts';
import { exchange } from '../testing/raw-client.ts';
import { powershell } from '../testing/rig.ts';
import { start } from '../testing/test-rig.ts';

const get = (target: string) => `GET ${target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`;
const attack = get('/autodiscover?powershell');
const world = { files: systemFiles, clock: systemClock, log: silentLog };

describe('new rules', () => {
  it('are in force once the control socket says so, and gone once it says so', async () => {
    const { port, config } = await start();
    expect(await askStatus(config.controlSocket)).toMatchObject({
      digest: digestOf([]),
      rules: { enforced: 0, observed: 0 },
    });
    systemFiles.write(config.rulesFile, formatRulesFile([powershell]));
    expect(await exchange(port, attack)).toMatch(/^HTTP\/1\.1 200 /);
    const status = await askReload(config.controlSocket);
    expect(status).toMatchObject({ digest: digestOf([powershell]), rules: { enforced: 1 }, address: { port } });
    expect(await exchange(port, attack)).toBe('');
    systemFiles.remove(config.rulesFile);
    expect((await askReload(config.controlSocket)).digest).toBe(digestOf([]));
    expect(await exchange(port, attack)).toMatch(/^HTTP\/1\.1 200 /);
    expect((await askStatus(config.controlSocket)).counts).toMatchObject({ requests: 3, refused: 1, ruleFailures: 0 });
  });

  it.each([
    ['are not JSON', '{'],
    ['are of another version', formatRulesFile([]).replace('"version": 1', '"version": 2')],
    ['have an unknown key', formatRulesFile([]).replace('"version"', '"extra": 1,\n  "version"')],
    ['were edited by hand', formatRulesFile([powershell]).replace('"enforce"', '"observe"')],
    [
      'hold a rule that cannot be read',
      formatRulesFile([{ ...powershell, rewrite: '<rewrite><rules><rule/></rules></rewrite>' }]),
    ],
    [
      'hold a rule that a proxy cannot enforce',
      formatRulesFile([
        {
          ...powershell,
          rewrite:
            '<rewrite><rules><rule name="b"><match url=".*" /><conditions><add input="{REQUEST_FILENAME}" matchType="IsFile" /></conditions><action type="AbortRequest" /></rule></rules></rewrite>',
        },
      ]),
    ],
  ])('that %s are refused with the reason, and the old ones stay', async (_name, text) => {
    const { port, config } = await start({ rules: [powershell] });
    systemFiles.write(config.rulesFile, text);
    await expect(askReload(config.controlSocket)).rejects.toMatchObject({
      code: 'rules-refused',
      message: /rules\.json|^CVE-2022-41040/,
    });
    expect((await askStatus(config.controlSocket)).digest).toBe(digestOf([powershell]));
    expect(await exchange(port, attack)).toBe('');
  });
});

describe('a start', () => {
  it('takes up the rules that stand in the file', async () => {
    const { port } = await start({ rules: [powershell] });
    expect(await exchange(port, attack)).toBe('');
  });

  it('is refused when the rules cannot be read: never without them', async () => {
    const { config } = await start();
    systemFiles.write(config.rulesFile, '{}');
    const other = { ...config, controlSocket: `${config.controlSocket}2` };
    await expect(startGateway(other, world)).rejects.toMatchObject({
      code: 'invalid-rules-file',
      message: /rules\.json.*stopgap check/,
    });
    expect(existsSync(other.controlSocket)).toBe(false);
  });

  it('is refused when the own rules are missing or wrong', async () => {
    const { config, folder } = await start();
    const ownRules = `${folder}/own.xml`;
    const other = { ...config, controlSocket: `${config.controlSocket}2`, ownRules };
    await expect(startGateway(other, world)).rejects.toMatchObject({
      code: 'rules-refused',
      message: /own\.xml.*no such file/,
    });
    systemFiles.write(ownRules, '<rewrite><rules><rule name="x"><match url="(" /></rule></rules></rewrite>');
    await expect(startGateway(other, world)).rejects.toMatchObject({
      code: 'rules-refused',
      message: /own\.xml: line 1, column \d+: /,
    });
  });

  it('is refused on an address that is taken', async () => {
    const { config, port } = await start();
    const other = { ...config, listen: { host: '127.0.0.1', port }, controlSocket: `${config.controlSocket}2` };
    await expect(startGateway(other, world)).rejects.toMatchObject({ code: 'address-in-use', message: /taken/ });
  });

  it('leaves a control socket on which another gateway answers alone, and takes over a dead one', async () => {
    const { config, gateway } = await start();
    await expect(startGateway(config, world)).rejects.toMatchObject({ code: 'address-in-use' });
    expect((await askStatus(config.controlSocket)).address.port).toBe(gateway.address.port);
    await gateway.close();
    const dead = createServer();
    await new Promise<void>((resolve) => dead.listen(`${config.controlSocket}.dead`, resolve));
    const { renameSync } = await import('node:fs');
    renameSync(`${config.controlSocket}.dead`, config.controlSocket);
    await new Promise((resolve) => dead.close(resolve));
    expect(existsSync(config.controlSocket)).toBe(true);
    const next = await startGateway(config, world);
    expect((await askStatus(config.controlSocket)).address.port).toBe(next.address.port);
    await next.close();
  });

  it('does not touch what is no socket', async () => {
    const { config, folder } = await start();
    const controlSocket = `${folder}/precious.txt`;
    writeFileSync(controlSocket, 'keep me');
    await expect(startGateway({ ...config, controlSocket }, world)).rejects.toMatchObject({ code: 'cannot-listen' });
    expect(existsSync(controlSocket)).toBe(true);
  });
});

describe('the control socket', () => {
  it.skipIf(process.platform === 'win32')('is open to its owner only', async () => {
    const { config } = await start();
    expect(statSync(config.controlSocket).mode & 0o777).toBe(0o600);
  });

  it('is gone with the gateway, which is told as not running', async () => {
    const { config, gateway } = await start();
    await gateway.close();
    expect(existsSync(config.controlSocket)).toBe(false);
    await expect(askStatus(config.controlSocket)).rejects.toMatchObject({ code: 'not-running' });
  });
});

describe('closing', () => {
  it('lets a request in flight finish and takes no other', async () => {
    const { connect, gateway, port } = await start({
      upstream: (_request, response) => {
        response.write('first, ');
        setTimeout(() => response.end('last'), 100);
      },
    });
    const client = connect();
    client.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
    await client.until(/first, /);
    const closed = gateway.close();
    expect(await exchange(port, get('/'))).toBe('');
    await client.closed;
    expect(client.received).toMatch(/last\r\n0\r\n\r\n$/);
    await closed;
  });

  it('cuts off what does not finish within its limit', async () => {
    const { connect, gateway } = await start({
      upstream: (_request, response) => void response.write('first'),
      limits: { closeMs: 50 },
    });
    const client = connect();
    client.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
    await client.until(/first/);
    await gateway.close();
    await client.closed;
    expect(client.received).not.toMatch(/0\r\n\r\n$/);
  });
});
