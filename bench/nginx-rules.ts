import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { backendContent, freePort, proxyContent, type Running, startNginx, workerCpu } from './nginx-rules/servers.ts';
import { variants } from './nginx-rules/variants.ts';

/**
 * What rules cost on nginx: requests per second of a proxy in front of nginx, bare, with rules that we compiled, and with the same rules as
 * published. All run side by side and take turns, medians of the rounds; only the ratios mean anything.
 *
 * node bench/nginx-rules.ts [rounds] [seconds a turn]
 */
const rounds = Number(process.argv[2] ?? 5);
const seconds = Number(process.argv[3] ?? 2);

/** Requests of a mail server's day: 90 bytes and more, with the header fields of a browser. */
const urls = [
  '/owa/service.svc?action=GetConversationItems&EP=1&UA=0&ID=-312&AC=1&layout=mouse&wa=1&v=15',
  '/owa/auth/logon.aspx?replaceCurrent=1&url=https%3a%2f%2fmail.example.org%2fowa%2f&reason=0',
];
const browser = [
  'User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0',
  'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'Accept-Language: en-US,en;q=0.5',
  'Accept-Encoding: gzip, deflate, br',
  'Cookie: ClientId=0123456789ABCDEF0123456789ABCDEF; UC=00112233445566778899aabbccddeeff; X-OWA-CANARY=abcdefgh',
];

/** One turn: what a client sees, and what it cost the proxy. */
interface Turn {
  readonly perSecond: number;
  /** Microseconds of CPU time of the proxy's worker a request. */
  readonly cpu: number;
}

function turn(running: Running, url: string): Turn {
  const headers = browser.flatMap((header) => ['-H', header]);
  const before = workerCpu(running);
  const args = ['-t1', '-c64', `-d${seconds}s`, ...headers, `http://127.0.0.1:${running.port}${url}`];
  const { stdout, error } = spawnSync('wrk', args, { encoding: 'utf8' });
  if (error) throw new Error('wrk is missing; `apt-get install wrk` brings it');
  if (/Non-2xx|Socket errors: (?!connect 0, read 0, write 0)/.test(stdout))
    throw new Error(`${running.name}: ${stdout}`);
  const count = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]),
    cpu: (workerCpu(running) - before) / count,
  };
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

async function measure(folder: string, jit: boolean): Promise<void> {
  const backendPort = await freePort();
  const running: Running[] = [await startNginx(folder, 'backend', false, backendPort, backendContent(backendPort))];
  try {
    for (const variant of variants) {
      const port = await freePort();
      running.push(await startNginx(folder, variant.name, jit, port, proxyContent(variant, port, backendPort)));
    }
    for (const url of urls) await report(running.slice(1), url, jit);
  } finally {
    for (const { child } of running) child.kill('SIGTERM');
  }
}

async function report(proxies: readonly Running[], url: string, jit: boolean): Promise<void> {
  const [bare] = proxies;
  if (bare === undefined) return;
  const found = proxies.map(() => [] as { readonly own: Turn; readonly bare: Turn }[]);
  for (let round = -1; round < rounds; round += 1) {
    // Each takes its turn right after the bare one, so that what else the machine does weighs on both.
    for (const [at, proxy] of proxies.entries()) {
      const beside = turn(bare, url);
      const own = at === 0 ? beside : turn(proxy, url);
      if (round >= 0) found[at]?.push({ own, bare: beside });
    }
  }
  console.log(`\npcre_jit ${jit ? 'on' : 'off'}, ${url}`);
  for (const [at, { name }] of proxies.entries()) {
    const turns = found[at] ?? [];
    const perSecond = Math.round(median(turns.map((one) => one.own.perSecond)));
    const ofBare = median(turns.map((one) => one.own.perSecond / one.bare.perSecond)).toFixed(3);
    const cpu = median(turns.map((one) => one.own.cpu)).toFixed(1);
    const more = median(turns.map((one) => one.own.cpu - one.bare.cpu)).toFixed(1);
    const cells = [
      `${perSecond.toLocaleString('en')}/s`.padStart(10),
      `${ofBare} of bare`.padStart(14),
      `${cpu} µs CPU (${more} more)`.padStart(26),
    ];
    console.log(name.padEnd(40), ...cells);
  }
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stopgap-bench-nginx-'));
fs.chmodSync(folder, 0o755);
console.log(`nginx, ${os.cpus()[0]?.model}, ${os.cpus().length} cores; wrk -t1 -c64`);
try {
  for (const jit of [false, true]) await measure(fs.mkdtempSync(path.join(folder, 'run-')), jit);
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
console.log('\ntargets: 100 compiled rules at least 0.97 of bare, 1,000 at least 0.90');
