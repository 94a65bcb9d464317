// The feed at scale, the agent's own reader against `stopgap feed serve`:
//
//   nothing new       requests and bytes of a look, counted at the socket
//   a day             250,000 servers that look every hour with jitter, as arrivals; conditional requests a second against the busiest second
//   a publication     to 18,000 agents connected for push, 100 of which verify; memory of an idle connection
//
//   node bench/feed.ts [--agents N] [--verifying N] [--publications N] [--servers N] [--seconds N]
import { parseArgs } from 'node:util';
import { capacityFigures } from './feed/capacity.ts';
import { crowdFigures } from './feed/crowd.ts';
import { simulateDay } from './feed/day.ts';
import { benchFeed } from './feed/made-feed.ts';
import { nothingNewFigures } from './feed/nothing-new.ts';
import { startServe } from './feed/serve-process.ts';
import type { Figure } from './service/figure.ts';
import { machineLine } from './service/machine.ts';

const { values } = parseArgs({
  options: {
    agents: { type: 'string', default: '18000' },
    verifying: { type: 'string', default: '100' },
    publications: { type: 'string', default: '3' },
    servers: { type: 'string', default: '250000' },
    seconds: { type: 'string', default: '5' },
  },
});

console.log(machineLine());
const feed = await benchFeed();
const server = await startServe(feed.folder);
try {
  const servers = Number(values.servers);
  const day = simulateDay(servers);
  print(await nothingNewFigures(feed, server));
  print([
    {
      what: `a day of ${servers.toLocaleString('en')} servers`,
      figure: `${day.requests.toLocaleString('en')} requests, mean ${day.meanPerSecond.toFixed(1)}/s`,
      yardstick: `busiest second ${day.peakPerSecond}; if all start within a minute ${day.startPerSecond}`,
    },
  ]);
  print(await capacityFigures(server, day, Number(values.seconds)));
  const size = {
    agents: Number(values.agents),
    verifying: Number(values.verifying),
    publications: Number(values.publications),
  };
  print(await crowdFigures(feed, server, size));
} finally {
  await server.stop();
  feed.remove();
}

function print(figures: readonly Figure[]): void {
  for (const { what, figure, yardstick } of figures)
    console.log(`${what.padEnd(34)}  ${figure.padEnd(38)}  ${yardstick}`);
}
