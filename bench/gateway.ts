import { load, pin, type Run, type Served, start } from './gateway/load.ts';

/**
 * What the gateway costs: beside the barest proxy on the same library, and with rules beside itself without. Only the ratios mean anything. They are
 * taken within a round, in which everyone has a turn, and the median of those is printed.
 *
 * node bench/gateway.ts [rounds] [seconds a turn] [starts]
 */
const rounds = Number(process.argv[2] ?? 7);
const seconds = Number(process.argv[3] ?? 1);
/** Everything is started anew this often: two processes of the same program differ in speed for as long as they live. */
const starts = Number(process.argv[4] ?? 3);
/** Turns before anything is measured. What closing 64 connections does to optimised code takes V8 several of them to learn. */
const warmUps = 8;

const backend = await start('backend', 'backend.ts', []);
pin(backend.child.pid ?? 0, 0);
pin(process.pid, 0);
const origin = `http://127.0.0.1:${backend.port}`;
const barest = 'barest proxy';
const noRules = 'gateway, 0 rules';

/** All runs of each server, in the order of the rounds, from all starts. */
const found = new Map<string, Run[]>();
try {
  for (let n = 0; n < starts; n++) await measure();
  report();
} finally {
  backend.child.disconnect();
}

async function measure(): Promise<void> {
  const servers = await startAll();
  try {
    for (let turn = 0; turn < warmUps; turn++) for (const served of servers) await load(served, seconds);
    for (let round = 0; round < rounds; round++) {
      // Another order each round: nobody is always first after the others have warmed or tired the machine.
      for (const at of servers.keys()) {
        const served = servers[(at + round) % servers.length];
        if (served) note(served.name, await load(served, seconds));
      }
    }
  } finally {
    for (const { child } of servers) child.disconnect();
  }
}

async function startAll(): Promise<readonly Served[]> {
  const servers = [await start(barest, 'bare-proxy.ts', [origin])];
  for (const count of [0, 1, 100, 1000]) {
    servers.push(await start(`gateway, ${count} rules`, 'our-gateway.ts', [origin, String(count)]));
  }
  return servers;
}

function note(name: string, run: Run): void {
  const runs = found.get(name) ?? [];
  found.set(name, runs);
  runs.push(run);
}

function report(): void {
  const of = (name: string, pick: (run: Run) => number) => (found.get(name) ?? []).map(pick);
  const ratio = (a: readonly number[], b: readonly number[]) =>
    median(a.map((value, n) => value / (b[n] ?? Number.NaN)));
  const speed = (run: Run) => run.perSecond;
  const cost = (run: Run) => run.cpuPerRequest;
  console.log('                      requests/s   to barest  to no rules    CPU µs/request   to barest  to no rules');
  for (const name of found.keys()) {
    const columns = [
      median(of(name, speed)).toFixed(0).padStart(12),
      ratio(of(name, speed), of(barest, speed)).toFixed(2).padStart(12),
      ratio(of(name, speed), of(noRules, speed)).toFixed(2).padStart(13),
      median(of(name, cost)).toFixed(1).padStart(18),
      ratio(of(barest, cost), of(name, cost)).toFixed(2).padStart(12),
      ratio(of(noRules, cost), of(name, cost)).toFixed(2).padStart(13),
    ];
    console.log(name.padEnd(20) + columns.join(''));
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
