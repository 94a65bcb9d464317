import * as fs from 'node:fs';
import { Keeper } from '@stopgap/agent/contract';
import { describe, expect, it } from 'vitest';
import { startLoad } from './load.ts';
import { type Serving, servingApache, servingGateway, servingNginx } from './traffic-servers.ts';

/** Cycles of applying and removing; `npm run bench:traffic` makes 100. */
const cycles = Number(process.env.STOPGAP_TRAFFIC_CYCLES ?? 5);
/** Requests that are answered after each change before the next: the gateway changes its rules in no time. */
const between = 50;
const root = process.getuid?.() === 0;

const servers: readonly (readonly [string, boolean, () => Promise<Serving>])[] = [
  ['nginx', root && fs.existsSync('/usr/sbin/nginx'), servingNginx],
  ['Apache httpd', root && fs.existsSync('/usr/sbin/apache2'), servingApache],
  ['the gateway', true, servingGateway],
];

describe.each(servers)('the traffic of %s', (name, here, start) => {
  it.runIf(here)(`does not fail while mitigations come and go ${cycles} times`, async () => {
    const serving = await start();
    try {
      const before = serving.snapshot();
      const keeper = new Keeper(serving.host);
      const [first, second] = serving.actions;
      if (!first || !second) throw new Error('two actions are needed');
      const load = startLoad(serving.asked);
      const begun = performance.now();
      for (let cycle = 0; cycle < cycles; cycle++) {
        await keeper.bring(cycle % 2 === 0 ? [first] : [first, second]);
        await load.more(between);
        await keeper.bring([]);
        await load.more(between);
      }
      const { requests, failed, retried } = await load.stop();
      const seconds = (performance.now() - begun) / 1000;
      console.info(
        `traffic of ${name}: ${cycles} cycles in ${seconds.toFixed(1)} s, ${requests} requests, ${failed.length} failed, ${retried} sent again on a new connection`,
      );
      expect(failed.slice(0, 5)).toEqual([]);
      expect(requests).toBeGreaterThan(cycles * 2 * between - 1);
      expect(serving.snapshot()).toEqual(before);
    } finally {
      await serving.stop();
    }
  });
});
