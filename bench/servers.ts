import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { apacheFamily } from './servers/apache.ts';
import { type Contender, type Family, pinSelf } from './servers/contender.ts';
import { gatewayFamily } from './servers/gateway.ts';
import { nginxFamily, startBackend } from './servers/nginx.ts';
import { type Turn, turn, writeTraffic } from './servers/traffic.ts';
import { median } from './service/figure.ts';
import { machineLine } from './service/machine.ts';

/**
 * What rules cost on servers: requests per second of a proxy, bare, with rules that we compiled, and with the same rules as published. All run side
 * by side and take turns of a second beside the bare one of their kind; medians of the rounds. Only the ratios mean anything.
 *
 * node bench/servers.ts [rounds] [seconds a turn]
 */
const rounds = Number(process.argv[2] ?? 9);
const seconds = Number(process.argv[3] ?? 1);

/** A turn, and the one of the bare server right beside it. */
interface Pair {
  readonly own: Turn;
  readonly bare: Turn;
}

/** Whichever goes first has the machine as the one before left it: they change places every round. */
function pair(bare: Contender, own: Contender, traffic: string, round: number): Pair {
  if (own === bare) {
    const alone = turn(bare, traffic, seconds);
    return { own: alone, bare: alone };
  }
  if (round % 2 === 0) {
    const beside = turn(bare, traffic, seconds);
    return { bare: beside, own: turn(own, traffic, seconds) };
  }
  const first = turn(own, traffic, seconds);
  return { own: first, bare: turn(bare, traffic, seconds) };
}

function measure({ title, contenders }: Family, traffic: string): void {
  const [bare] = contenders;
  if (bare === undefined) return;
  for (const one of contenders) turn(one, traffic, seconds);
  const found = contenders.map(() => [] as Pair[]);
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, own] of contenders.entries()) found[at]?.push(pair(bare, own, traffic, round));
  }
  console.log(`\n${title.padEnd(36)} requests/s   to bare (middle half)     CPU µs/request    more`);
  for (const [at, { name }] of contenders.entries()) console.log(row(name, found[at] ?? []));
}

function row(name: string, pairs: readonly Pair[]): string {
  const ratios = pairs.map(({ own, bare }) => own.perSecond / bare.perSecond).toSorted((a, b) => a - b);
  const quarter = Math.floor(ratios.length / 4);
  const spread = `(${(ratios[quarter] ?? 0).toFixed(2)}–${(ratios.at(-1 - quarter) ?? 0).toFixed(2)})`;
  const cells = [
    Math.round(median(pairs.map(({ own }) => own.perSecond)))
      .toLocaleString('en')
      .padStart(11),
    median(ratios).toFixed(3).padStart(10),
    spread.padStart(14),
    median(pairs.map(({ own }) => own.cpu))
      .toFixed(1)
      .padStart(17),
    median(pairs.map(({ own, bare }) => own.cpu - bare.cpu))
      .toFixed(1)
      .padStart(8),
  ];
  return `  ${name.padEnd(34)}${cells.join('')}`;
}

async function withFamily(start: () => Promise<Family>, traffic: string): Promise<void> {
  const family = await start();
  try {
    measure(family, traffic);
  } finally {
    for (const { child } of family.contenders) child.kill('SIGTERM');
  }
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stopgap-bench-servers-'));
fs.chmodSync(folder, 0o755);
pinSelf();
console.log(`${machineLine()}; ${rounds} rounds of ${seconds} s, wrk -t1 -c64, eight ordinary requests in turn`);
const backend = await startBackend(folder);
try {
  const traffic = writeTraffic(folder);
  for (const jit of [false, true]) await withFamily(() => nginxFamily(folder, backend.port, jit), traffic);
  await withFamily(() => apacheFamily(folder, backend.port), traffic);
  await withFamily(() => gatewayFamily(backend.port), traffic);
} finally {
  backend.child.kill('SIGTERM');
  fs.rmSync(folder, { recursive: true, force: true });
}
console.log(
  '\ntargets: nginx with 100 rules at least 0.97 of bare, 1,000 at least 0.90; gateway with 1,000 at least 0.95',
);
