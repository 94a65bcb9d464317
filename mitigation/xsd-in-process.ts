import { fileURLToPath } from 'node:url';
import { locate } from './locate.ts';
import { unavailable, type XsdComplaint, type XsdValidation } from './xsd-validation.ts';

/** Runs a command to its end; `Commands` of `@stopgap/machine` is one. */
export interface ProcessRunner {
  run(
    file: string,
    args: readonly string[],
    options: { readonly input: string; readonly timeoutMs: number; readonly maxOutputBytes: number },
  ): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>;
}

/** One batch: at most so many documents, in so much time and memory. */
const caps = { documents: 16, timeoutMs: 30_000, outputBytes: 8 * 1024 * 1024, heapMegabytes: 128 } as const;

const script = fileURLToPath(new URL('./xsd-process.ts', import.meta.url));

interface Job {
  readonly text: string;
  readonly resolve: (complaints: readonly XsdComplaint[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Validates in a process of its own, which may read files and do nothing else (Node's permission model) and ends when it is
 * done: what the validator takes of memory, about 20 MB that nothing in a process ever gives back, goes with it.
 * Documents that arrive together share a process; if that fails, each is tried alone, so that one that brings the
 * validator down is refused alone.
 */
export function processXsd(runner: ProcessRunner): XsdValidation {
  const queue: Job[] = [];
  let running = false;

  async function drain(): Promise<void> {
    running = true;
    await Promise.resolve();
    while (queue.length > 0) await validateBatch(queue.splice(0, caps.documents), runner);
    running = false;
  }

  return {
    validate: async (text, root) => {
      const job = Promise.withResolvers<readonly XsdComplaint[]>();
      queue.push({ text, resolve: job.resolve, reject: job.reject });
      if (!running) void drain();
      try {
        return (await job.promise).map((complaint) => locate(complaint, root));
      } catch (error) {
        return [unavailable(error, root)];
      }
    },
  };
}

/** Settles every job; never rejects. */
async function validateBatch(jobs: readonly Job[], runner: ProcessRunner): Promise<void> {
  try {
    const texts = jobs.map((job) => job.text);
    const answers = await runValidator(texts, runner);
    for (const [i, job] of jobs.entries()) job.resolve(answers[i] ?? []);
  } catch (error) {
    if (jobs.length === 1) jobs[0]?.reject(error);
    else for (const job of jobs) await validateBatch([job], runner);
  }
}

async function runValidator(
  texts: readonly string[],
  runner: ProcessRunner,
): Promise<readonly (readonly XsdComplaint[])[]> {
  const args = [
    '--permission',
    '--allow-fs-read=*',
    `--max-old-space-size=${caps.heapMegabytes}`,
    '--disable-warning=ExperimentalWarning',
    script,
  ];
  const options = { input: JSON.stringify(texts), timeoutMs: caps.timeoutMs, maxOutputBytes: caps.outputBytes };
  const { code, stdout, stderr } = await runner.run(process.execPath, args, options);
  if (code !== 0) throw new Error(`the validator ended with ${code}: ${firstLine(stderr)}`);
  const answers: unknown = JSON.parse(stdout);
  if (!Array.isArray(answers) || answers.length !== texts.length || !answers.every(isComplaints)) {
    throw new Error('the validator gave an answer of another form');
  }
  return answers;
}

function isComplaints(value: unknown): value is readonly XsdComplaint[] {
  return Array.isArray(value) && value.every(isComplaint);
}

function isComplaint(value: unknown): value is XsdComplaint {
  if (typeof value !== 'object' || value === null) return false;
  const { message, xpath, line } = value as Partial<Record<keyof XsdComplaint, unknown>>;
  return typeof message === 'string' && typeof xpath === 'string' && typeof line === 'number';
}

function firstLine(text: string): string {
  const line = text.split('\n').find((candidate) => candidate.trim() !== '') ?? 'it said nothing';
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
