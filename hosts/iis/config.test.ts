import { silentLog, systemClock, systemCommands, systemFiles } from '@stopgap/machine';
import { describe, expect, it } from 'vitest';
import { decodeIisHost, iisHost } from './index.ts';

describe('the configuration of the host', () => {
  it('takes what it knows, and refuses what it does not by name', () => {
    expect(decodeIisHost({ kind: 'iis', root: '/mnt/c', variables: { Web: 'C:\\Webs' } }, 'hosts[0]')).toMatchObject({
      root: '/mnt/c',
      variables: new Map([['Web', 'C:\\Webs']]),
    });
    expect(() => decodeIisHost({ kind: 'iis', rot: '/mnt/c' }, 'agent.json: hosts[0]')).toThrow('unknown key "rot"');
  });

  it('without a folder is of a running Windows, which this may not be', async () => {
    const machine = { files: systemFiles, commands: systemCommands, clock: systemClock, log: silentLog };
    const host = iisHost({ kind: 'iis' }, machine);
    expect(host).toMatchObject({ name: 'iis', kind: 'iis', holds: ['urlRewrite', 'appPool'] });
    if (process.platform !== 'win32') expect((await host.survey()).present).toBe(false);
  });
});
