import * as fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serverOf } from './server.ts';

let state: string;
beforeEach(() => {
  state = fs.mkdtempSync(path.join(os.tmpdir(), 'stopgap-server-'));
});
afterEach(() => fs.rmSync(state, { recursive: true, force: true }));

describe('a server that is not running', () => {
  it('has one host, its files, and the products that are declared', () => {
    const values = { root: '/mnt/c', product: ['exchange=15.1.2507.12'], 'state-dir': state };
    const { config, running } = serverOf(values, {});
    expect(running).toBe(false);
    expect(config.hosts).toEqual([{ kind: 'iis', root: '/mnt/c' }]);
    expect(config.products).toEqual([{ product: 'exchange', detector: 'declared', build: '15.1.2507.12' }]);
  });

  it('takes variables of physical paths from agent.json, and no other host', () => {
    const variables = { ExchangeInstallPath: 'C:\\EX\\' };
    const hosts = [{ kind: 'nginx' }, { kind: 'iis', appcmd: 'C:\\appcmd.exe', variables }];
    fs.writeFileSync(path.join(state, 'agent.json'), JSON.stringify({ hosts }));
    expect(serverOf({ root: '/mnt/c', 'state-dir': state }, {}).config.hosts).toEqual([
      { kind: 'iis', root: '/mnt/c', variables },
    ]);
  });

  it.skipIf(process.platform === 'win32')('is not changed as a journal says that anybody may have put there', () => {
    fs.chmodSync(state, 0o777);
    expect(() => serverOf({ root: '/mnt/c', 'state-dir': state }, {})).toThrow(`${state} can be written by everybody`);
  });

  it('is what --product goes with', () => {
    expect(() => serverOf({ product: ['exchange=1'], 'state-dir': state }, {})).toThrow(/--product goes with --root/);
    expect(() => serverOf({ root: '/', product: ['exchange'], 'state-dir': state }, {})).toThrow(
      /expected for example/,
    );
  });
});
