// The thread that reads inputs; `watched.ts` starts it and watches.
import { parentPort, workerData } from 'node:worker_threads';
import { Fuzzer } from './fuzzer.ts';
import { instrumentFromHere } from './hooks.ts';
import { minimise } from './minimise.ts';
import { randomFrom } from './random.ts';
import { SharedInput } from './shared-input.ts';
import type { Target } from './target.ts';

/** What the thread is told to do. */
export interface Task {
  /** URL of the module whose `targets` the target is one of. */
  readonly targets: string;
  readonly target: string;
  readonly start: readonly Uint8Array[];
  readonly inputs: number;
  readonly seed: number;
  /** Send back a small corpus as well. */
  readonly minimise: boolean;
  readonly memory: SharedArrayBuffer;
}

/** What the thread tells. */
export type Report =
  | { readonly kind: 'failed'; readonly input: Uint8Array; readonly why: string }
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'done';
      readonly inputs: number;
      readonly accepted: number;
      readonly slowestMs: number;
      readonly reached: number;
      readonly points: number;
      readonly found: number;
      readonly corpus: readonly Uint8Array[];
    };

parentPort?.once('message', () => process.exit());
await work(workerData);

async function work(task: Task): Promise<void> {
  const { targets }: { targets: ReadonlyMap<string, Target> } = await import(task.targets);
  const target = targets.get(task.target);
  if (!target) throw new Error(`there is no target ${task.target}`);
  const instrumentation = instrumentFromHere(target.packages ?? []);
  const open = await target.open();
  const shared = new SharedInput(task.memory);
  const say = (report: Report) => parentPort?.postMessage(report);
  const fuzzer = new Fuzzer(open, instrumentation, randomFrom(task.seed), {
    before: (input) => shared.write(input),
    failed: ({ input, why }) => say({ kind: 'failed', input, why }),
  });
  await fuzzer.start([...open.seeds.map((seed) => Buffer.from(seed)), ...task.start]);
  say({ kind: 'ready' });
  await fuzzer.fresh(task.inputs);
  const { corpus, ...figures } = fuzzer.findings();
  const small = task.minimise ? await minimise(corpus, fuzzer) : corpus;
  say({ kind: 'done', ...figures, found: corpus.length, corpus: small });
}
