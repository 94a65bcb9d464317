import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type Failure, hangMs } from './fuzzer.ts';
import { SharedInput } from './shared-input.ts';
import type { Report, Task } from './worker.ts';

/** More than this above what the process held when the target stood ready is too much, bytes. */
export const mostMemory = 200 * 2 ** 20;

const lookEveryMs = 100;

/** What a watched run came to. */
export interface Run {
  readonly figures: Extract<Report, { kind: 'done' }> | undefined;
  readonly failures: readonly Failure[];
  /** Most of the process's memory above that of the target ready to run, bytes. */
  readonly memory: number;
}

/**
 * Runs a task on a thread of its own. An input on which the thread works for more than a second is a hang and ends the run, as does
 * one that is slow or takes more than 200 MB; the process's own time is looked at, so that a busy machine does not look like a hang.
 */
export async function watched(task: Omit<Task, 'memory'>): Promise<Run> {
  const shared = new SharedInput();
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: { ...task, memory: shared.memory } satisfies Task,
    resourceLimits: { maxOldGenerationSizeMb: 160, maxYoungGenerationSizeMb: 16 },
  });
  // From the beginning: a thread that dies is gone before anybody can ask it to go.
  const gone = new Promise((exited) => worker.once('exit', exited));
  const failures: Failure[] = [];
  const { promise, resolve } = Promise.withResolvers<Run['figures']>();
  const end = (why: string) => {
    failures.push({ input: shared.read(), why });
    resolve(undefined);
  };
  const guard = new Guard(shared, end);
  worker.on('message', (report: Report) => {
    if (report.kind === 'failed') {
      failures.push({ input: Buffer.from(report.input), why: report.why });
      // What is slow once is slow often: there would be no end to it.
      if (report.why.startsWith('slow')) resolve(undefined);
    } else if (report.kind === 'ready') guard.ready();
    else resolve(report);
  });
  worker.on('error', (error) => end(`the thread died: ${error instanceof Error ? error.stack : error}`));
  const timer = setInterval(() => guard.look(), lookEveryMs);
  const figures = await promise;
  clearInterval(timer);
  // A thread that hangs does not hear it; one that does leaves nothing behind.
  worker.postMessage('end');
  await Promise.race([gone, setTimeout(1000, undefined, { ref: false })]);
  await worker.terminate();
  return { figures, failures, memory: guard.memory };
}

class Guard {
  readonly #shared: SharedInput;
  readonly #end: (why: string) => void;
  #number = -1;
  #cpu = process.cpuUsage();
  #base: number | undefined;
  memory = 0;

  constructor(shared: SharedInput, end: (why: string) => void) {
    this.#shared = shared;
    this.#end = end;
  }

  ready(): void {
    this.#base = process.memoryUsage.rss();
  }

  look(): void {
    this.#lookAtTime();
    if (this.#base === undefined) return;
    this.memory = Math.max(this.memory, process.memoryUsage.rss() - this.#base);
    if (this.memory > mostMemory) this.#end(`memory: ${Math.round(this.memory / 2 ** 20)} MB more than at the start`);
  }

  #lookAtTime(): void {
    const number = this.#shared.number;
    if (number !== this.#number) {
      this.#number = number;
      this.#cpu = process.cpuUsage();
      return;
    }
    const { user, system } = process.cpuUsage(this.#cpu);
    // Number 0 is the loading of the target; other threads (compiler, collector) work besides.
    if (number > 0 && (user + system) / 1000 > 3 * hangMs) this.#end('hang: more than a second on one input');
  }
}
