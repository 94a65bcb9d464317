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
 * node bench/servers.ts [rounds] [seconds a turn] [nginx|apache|gateway]
 */
const rounds = Number(process.argv[2] ?? 9);
const seconds = Number(process.argv[3] ?? 1);
const only = process.argv[4];
/** The gateway is started anew this often: two processes of the same program differ in speed for as long as they live. */
const gatewayStarts = 6;

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

/** Pairs by contender, in the order of the rounds. */
type Found = Map<string, Pair[]>;

function measure({ contenders, warmUps, equalTurns }: Family, times: number, traffic: string, found: Found): void {
  const [bare] = contenders;
  if (bare === undefined) return;
  for (let at = 0; at < warmUps; at += 1) for (const one of contenders) turn(one, traffic, seconds);
  for (let round = 0; round < times; round += 1) {
    const pairs = equalTurns
      ? inTurn(contenders, traffic, round)
      : contenders.map((own) => pair(bare, own, traffic, round));
    for (const [at, { name }] of contenders.entries()) {
      const before = found.get(name) ?? [];
      const latest = pairs[at];
      if (latest) found.set(name, [...before, latest]);
    }
  }
}

/**
 * A turn for each, in another order every round, beside the bare one's of that round: a program that is compiled while it runs, and collects its
 * garbage, would gain from the more turns that the bare one has when it takes one beside each other.
 */
function inTurn(contenders: readonly Contender[], traffic: string, round: number): readonly (Pair | undefined)[] {
  const turns = new Map<Contender, Turn>();
  for (const at of contenders.keys()) {
    const one = contenders[(at + round) % contenders.length];
    if (one) turns.set(one, turn(one, traffic, seconds));
  }
  return contenders.map((one) => {
    const [own, bare] = [turns.get(one), turns.get(contenders[0] ?? one)];
    return own && bare && { own, bare };
  });
}

function report(title: string, found: Found): void {
  console.log(`\n${title.padEnd(36)} requests/s   to bare (middle half)     CPU µs/request    more   bare CPU to own`);
  for (const [name, pairs] of found) console.log(row(name, pairs));
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
      .toFixed(2)
      .padStart(8),
    median(pairs.map(({ own, bare }) => bare.cpu / own.cpu))
      .toFixed(3)
      .padStart(18),
  ];
  return `  ${name.padEnd(34)}${cells.join('')}`;
}

/** Measures a family, started anew `starts` times, and reports all rounds together. */
async function withFamily(start: () => Promise<Family>, traffic: string, starts = 1): Promise<void> {
  const found: Found = new Map();
  let title = '';
  for (let n = 0; n < starts; n += 1) {
    const family = await start();
    title = family.title;
    try {
      measure(family, Math.ceil(rounds / starts), traffic, found);
    } finally {
      for (const { child } of family.contenders) child.kill('SIGTERM');
    }
  }
  report(title, found);
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stopgap-bench-servers-'));
fs.chmodSync(folder, 0o755);
pinSelf();
console.log(`${machineLine()}; ${rounds} rounds of ${seconds} s, wrk -t1 -c64, eight ordinary requests in turn`);
const backend = await startBackend(folder);
try {
  const traffic = writeTraffic(folder);
  const wanted = (family: string) => only === undefined || only === family;
  for (const jit of wanted('nginx') ? [false, true] : []) {
    await withFamily(() => nginxFamily(folder, backend.port, jit), traffic);
  }
  if (wanted('apache')) await withFamily(() => apacheFamily(folder, backend.port), traffic);
  if (wanted('gateway')) await withFamily(() => gatewayFamily(backend.port), traffic, gatewayStarts);
} finally {
  backend.child.kill('SIGTERM');
  fs.rmSync(folder, { recursive: true, force: true });
}
console.log(
  '\ntargets: nginx with 100 rules at least 0.97 of bare, 1,000 at least 0.90; gateway with 1,000 at least 0.95',
);
