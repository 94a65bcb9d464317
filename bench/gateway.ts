import { load, pin, type Run, type Served, start } from './gateway/load.ts';

/**
 * What the gateway costs: beside the barest proxy on the same library, and with rules beside itself without. One run, rounds
 * interleaved, medians; only the ratios mean anything.
 *
 * node bench/gateway.ts [rounds] [seconds a round]
 */
const rounds = Number(process.argv[2] ?? 15);
const seconds = Number(process.argv[3] ?? 1);

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

/**
 * Ratios are taken within each round, between runs a few seconds apart, and the median of those is printed: whatever else the machine
 * is doing changes more slowly.
 */
function report(found: ReadonlyMap<Served, readonly Run[]>): void {
  const [bare, plain] = servers;
  if (!bare || !plain) return;
  const of = (served: Served, pick: (run: Run) => number) => (found.get(served) ?? []).map(pick);
  const ratio = (a: readonly number[], b: readonly number[]) =>
    median(a.map((value, n) => value / (b[n] ?? Number.NaN)));
  const speed = (run: Run) => run.perSecond;
  const cost = (run: Run) => run.cpuPerRequest;
  console.log('                      requests/s   to barest  to no rules    CPU µs/request   to barest  to no rules');
  for (const served of servers) {
    const columns = [
      median(of(served, speed)).toFixed(0).padStart(12),
      ratio(of(served, speed), of(bare, speed)).toFixed(2).padStart(12),
      ratio(of(served, speed), of(plain, speed)).toFixed(2).padStart(13),
      median(of(served, cost)).toFixed(1).padStart(18),
      ratio(of(bare, cost), of(served, cost)).toFixed(2).padStart(12),
      ratio(of(plain, cost), of(served, cost)).toFixed(2).padStart(13),
    ];
    console.log(served.name.padEnd(20) + columns.join(''));
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
