import { type ChildProcess, fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Figure, median } from '../service/figure.ts';
import type { BenchFeed } from './made-feed.ts';
import { monotonicMs } from './monotonic.ts';
import { verdict } from './nothing-new.ts';
import type { ServeProcess } from './serve-process.ts';

/** How many agents there are, how many of them verify, and how often is published. */
export interface CrowdSize {
  readonly agents: number;
  readonly verifying: number;
  readonly publications: number;
}

/** Simulated agents of one process, and verifying ones: each of those waits for its disk, and they have but this machine's. */
const [aProcess, verifyingInOne] = [9000, 25];

/** A publication to a crowd that is connected for push: when who has it, and what an idle connection costs the server. */
export async function crowdFigures(feed: BenchFeed, server: ServeProcess, size: CrowdSize): Promise<readonly Figure[]> {
  const rootFile = path.join(feed.scratch, 'root.json');
  writeFileSync(rootFile, feed.root);
  const simulated = size.agents - size.verifying;
  const before = server.memory();
  const workers: Worker[] = [];
  try {
    for (let left = simulated, number = 2; left > 0; left -= aProcess, number++) {
      const args = [String(server.port), String(Math.min(left, aProcess)), `127.0.0.${number}`];
      workers.push(new Worker('crowd-worker.ts', args));
    }
    await Promise.all(workers.map((one) => one.heard('connected')));
    await delay(5000);
    const each = (server.memory() - before) / simulated;
    const verifiers = verifyingWorkers(feed, server, size.verifying, rootFile);
    workers.push(...verifiers);
    await Promise.all(verifiers.map((one) => one.heard('connected')));
    const runs: Publication[] = [];
    for (let run = 0; run < size.publications; run++) runs.push(await publishOnce(feed, server, workers, verifiers));
    return figuresOf(runs, size, each, server.memory());
  } finally {
    for (const one of workers) one.stop();
  }
}

function verifyingWorkers(feed: BenchFeed, server: ServeProcess, count: number, rootFile: string): readonly Worker[] {
  return Array.from({ length: Math.ceil(count / verifyingInOne) }, (_, index) => {
    const first = index * verifyingInOne;
    const args = [server.url, String(Math.min(verifyingInOne, count - first)), feed.scratch, rootFile, String(first)];
    return new Worker('verifying-worker.ts', args);
  });
}

/** Ms from the call of `publish`. */
interface Publication {
  readonly out: number;
  /** Of those that verify, in order. */
  readonly verified: readonly number[];
  readonly last: number;
  /** Of the server, ms. */
  readonly cpu: number;
  /** Looks that had to be tried again and push connections lost, of all since the start. */
  readonly retried: number;
  readonly lost: number;
}

async function publishOnce(
  feed: BenchFeed,
  server: ServeProcess,
  workers: readonly Worker[],
  verifiers: readonly Worker[],
): Promise<Publication> {
  const finished = workers.map((one) => one.heard('done'));
  const [start, cpu] = [monotonicMs(), server.cpu()];
  await feed.publish();
  const out = monotonicMs() - start;
  const heard = await Promise.all(finished);
  const times = heard.map(({ values }) => values.map((at) => at - start).sort((a, b) => a - b));
  const verified = verifiers.flatMap((one) => times[workers.indexOf(one)] ?? []).sort((a, b) => a - b);
  const used = server.cpu() - cpu;
  await delay(2000);
  const sum = (of: (one: Heard) => number) => heard.reduce((all, one) => all + of(one), 0);
  const last = Math.max(...times.map((list) => list.at(-1) ?? 0));
  return { out, cpu: used, verified, last, retried: sum((one) => one.retried), lost: sum((one) => one.lost) };
}

function figuresOf(
  runs: readonly Publication[],
  { agents, verifying }: CrowdSize,
  each: number,
  memory: number,
): readonly Figure[] {
  const rank = Math.ceil(verifying * 0.99) - 1;
  const at99 = runs.map(({ verified }) => verified[rank] ?? Number.POSITIVE_INFINITY);
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  const worst = Math.max(...at99);
  return [
    {
      what: `publish → ${rank + 1}th of ${verifying} verified`,
      figure: `median ${seconds(median(at99))}, worst of ${runs.length} ${seconds(worst)}`,
      yardstick: `target < 10 s with ${agents.toLocaleString('en')} connected ${verdict(worst < 10_000)}`,
    },
    {
      what: 'publish → out (signing included)',
      figure: `median ${seconds(median(runs.map(({ out }) => out)))}`,
      yardstick: `first verified after ${seconds(median(runs.map(({ verified }) => verified[0] ?? 0)))}`,
    },
    {
      what: 'publish → the last of all has it',
      figure: `median ${seconds(median(runs.map(({ last }) => last)))}`,
      yardstick: `the server's CPU: ${seconds(median(runs.map(({ cpu }) => cpu)))}`,
    },
    {
      what: 'looks tried again, push lost',
      figure: `${runs.at(-1)?.retried}, ${runs.at(-1)?.lost}`,
      yardstick: `of ${(agents * runs.length).toLocaleString('en')} looks; they are in the figures above`,
    },
    {
      what: 'memory of an idle push connection',
      figure: `${(each / 1000).toFixed(1)} kB of the server's resident memory`,
      yardstick: `target < 20 kB ${verdict(each < 20_000)}; server ${(memory / 1e6).toFixed(0)} MB in the end`,
    },
  ];
}

/** What a process says: times, and how often it had to try again. */
interface Heard {
  readonly values: readonly number[];
  readonly retried: number;
  readonly lost: number;
}

/** A process of agents; `heard` waits for the next message of a kind and rejects when it says that something failed. */
class Worker {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<string, (heard: Heard) => void>();
  #fail: (error: Error) => void = () => {};

  constructor(script: string, args: readonly string[]) {
    this.#child = fork(path.join(import.meta.dirname, script), [...args]);
    this.#child.on('message', (message: Readonly<Record<string, unknown>>) => {
      if ('failed' in message) this.#fail(new Error(`${script}: ${message.failed}`));
      for (const [kind, resolve] of this.#waiting) {
        if (!(kind in message)) continue;
        const [retried, lost] = [Number(message.retried ?? 0), Number(message.lost ?? 0)];
        resolve({ values: Array.isArray(message[kind]) ? message[kind] : [], retried, lost });
      }
    });
    this.#child.on('exit', (code) => this.#fail(new Error(`${script} ended with ${code}`)));
  }

  heard(kind: string): Promise<Heard> {
    return new Promise((resolve, reject) => {
      this.#fail = reject;
      this.#waiting.set(kind, (value) => {
        this.#waiting.delete(kind);
        resolve(value);
      });
    });
  }

  stop(): void {
    this.#fail = () => {};
    this.#child.kill();
  }
}
