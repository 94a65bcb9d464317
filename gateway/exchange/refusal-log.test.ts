import { describe, expect, it } from 'vitest';
import { exchange } from '../testing/raw-client.ts';
import { powershell } from '../testing/rig.ts';
import { start } from '../testing/test-rig.ts';

const get = (target: string, more = '') => `GET ${target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n${more}\r\n`;

describe('the log', () => {
  it('names client, request, mitigation and rule, and marks probes without treating them otherwise', async () => {
    const { port, logged } = await start({ rules: [powershell] });
    expect(await exchange(port, get('/autodiscover?powershell', 'Stopgap-Probe: 1\r\n'))).toBe('');
    expect(await exchange(port, get('/owa/', 'Stopgap-Probe: 1\r\n'))).toMatch(/^HTTP\/1\.1 200 /);
    const lines = logged.filter((line) => line.message === 'request refused');
    expect(lines.map((line) => line.fields)).toEqual([
      {
        client: '127.0.0.1',
        method: 'GET',
        host: 'h',
        url: '/autodiscover?powershell',
        outcome: 'abort',
        mitigation: 'CVE-2022-41040',
        rule: 'CVE-2022-41040 rule',
        probe: true,
      },
    ]);
  });

  it('is not filled by an attack', async () => {
    const { port, logged, close } = await start({ rules: [powershell] });
    for (let n = 0; n < 60; n++) await exchange(port, get('/autodiscover?powershell'));
    await close();
    const lines = logged.filter((line) => line.message.startsWith('request refused'));
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)?.fields).toMatchObject({ mitigation: 'CVE-2022-41040', lines: 40 });
  });
});
