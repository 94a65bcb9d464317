import { load, pin, type Run, type Served, start } from './gateway/load.ts';

/**
 * What the gateway costs: beside the barest proxy on the same library, and with rules beside itself without. One run, rounds
 * interleaved, medians; only the ratios mean anything.
 *
 * node bench/gateway.ts [rounds] [seconds a round]
 */
const rounds = Number(process.argv[2] ?? 7);
const seconds = Number(process.argv[3] ?? 2);

const backend = await start('backend', 'backend.ts', []);
pin(backend.child.pid ?? 0, 0);
pin(process.pid, 0);
const origin = `http://127.0.0.1:${backend.port}`;
const servers = [await start('barest proxy', 'bare-proxy.ts', [origin])];
for (const count of [0, 1, 100, 1000]) {
  servers.push(await start(`gateway, ${count} rules`, 'our-gateway.ts', [origin, String(count)]));
}
try {
  const runs = await measure(servers);
  report(runs);
} finally {
  for (const { child } of [backend, ...servers]) child.disconnect();
}

async function measure(all: readonly Served[]): Promise<ReadonlyMap<Served, readonly Run[]>> {
  const found = new Map<Served, Run[]>(all.map((served) => [served, []]));
  for (const served of all) await load(served, seconds);
  for (let round = 0; round < rounds; round++) {
    // Another order each round: nobody is always first after the others have warmed or tired the machine.
    const order = all.map((_, n) => all[(n + round) % all.length]).filter((served) => served !== undefined);
    for (const served of order) found.get(served)?.push(await load(served, seconds));
  }
  return found;
}

function report(found: ReadonlyMap<Served, readonly Run[]>): void {
  const [bare, plain] = servers;
  if (!bare || !plain) return;
  console.log('                      requests/s   to barest  to no rules    CPU µs/request   to barest  to no rules');
  for (const served of servers) {
    const speed = (of: Served) => median(found.get(of)?.map((run) => run.perSecond));
    const cost = (of: Served) => median(found.get(of)?.map((run) => run.cpuPerRequest));
    console.log(
      [
        served.name.padEnd(20),
        speed(served).toFixed(0).padStart(12),
        (speed(served) / speed(bare)).toFixed(2).padStart(12),
        (speed(served) / speed(plain)).toFixed(2).padStart(13),
        cost(served).toFixed(1).padStart(18),
        (cost(bare) / cost(served)).toFixed(2).padStart(12),
        (cost(plain) / cost(served)).toFixed(2).padStart(13),
      ].join(''),
    );
  }
}

function median(values: readonly number[] = []): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
