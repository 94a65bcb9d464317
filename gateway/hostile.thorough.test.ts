import { describe, expect, it } from 'vitest';
import { Choices, chaoticClient, chaoticUpstream } from './testing/chaos.ts';
import { exchange } from './testing/raw-client.ts';
import { powershell, startRig } from './testing/rig.ts';

describe('a gateway between hostile clients and a broken upstream', () => {
  it('stays up, keeps refusing, and holds on to nothing', async () => {
    const choices = new Choices(20_260_101);
    const upstream = chaoticUpstream(choices);
    const limits = { upstreamHeadersMs: 300, upstreamBodyMs: 300, upstreamKeepAliveMs: 100, bodyBytes: 100_000 };
    const rig = await startRig({ upstream, rules: [powershell], limits });
    const clients = 600;
    let left = clients;
    const one = async () => {
      while (left-- > 0) await chaoticClient(rig.port, choices);
    };
    await Promise.all(Array.from({ length: 30 }, one));
    expect(await exchange(rig.port, 'GET /autodiscover?powershell HTTP/1.1\r\nHost: h\r\n\r\n')).toBe('');
    console.log(`${clients} clients; ${rig.upstreamConnections()} upstream connections; ${rig.logged.length} lines`);
    expect(rig.logged.filter((line) => line.level === 'error')).toEqual([]);
    expect(rig.upstreamConnections()).toBeGreaterThan(50);
    // Ends by the test's own time limit when something is held on to.
    while (rig.upstreamOpen() > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await rig.close();
  });
});
