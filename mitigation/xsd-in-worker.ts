import { Worker } from 'node:worker_threads';
import type { XmlElement } from '@stopgap/xml';
import type { MitigationFinding } from './errors.ts';
import { locate } from './locate.ts';
import type { XsdComplaint, XsdValidation } from './xsd-validation.ts';

export interface XsdRequest {
  readonly id: number;
  readonly text: string;
}

export type XsdReply =
  | { readonly id: number; readonly complaints: readonly XsdComplaint[] }
  | { readonly id: number; readonly failure: string };

export interface WorkerXsdLimits {
  /** Milliseconds without work after which the thread ends. */
  readonly idleMs: number;
  /** Milliseconds that one document may take, the start of the thread included. */
  readonly timeoutMs: number;
}

const defaultLimits: WorkerXsdLimits = { idleMs: 2_000, timeoutMs: 20_000 };

/**
 * Validates in a worker thread that is started when it is needed and ended when it has been idle: its memory (about
 * 20 MB for libxml2 and its WebAssembly) goes back to the system. Never keeps the process alive by itself, once no
 * document waits. A crash or a hang of the validator ends its thread only.
 */
export function createWorkerXsd(limits: WorkerXsdLimits = defaultLimits): XsdValidation {
  let current: RunningWorker | undefined;
  return {
    validate: async (text: string, root: XmlElement): Promise<readonly MitigationFinding[]> => {
      if (!current || current.ended()) current = startWorker(limits);
      try {
        const complaints = await current.validate(text);
        return complaints.map((complaint) => locate(complaint, root));
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        const message = `the document could not be checked against its schema: ${reason}; try again, and reinstall Stopgap if it stays`;
        return [{ code: 'validator-unavailable', message, position: root.position }];
      }
    },
  };
}

/** The worker of this process. */
export const workerXsd: XsdValidation = createWorkerXsd();

interface RunningWorker {
  validate(text: string): Promise<readonly XsdComplaint[]>;
  ended(): boolean;
}

interface Waiting {
  readonly resolve: (complaints: readonly XsdComplaint[]) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

function startWorker(limits: WorkerXsdLimits): RunningWorker {
  // No inherited flags or environment: the thread needs neither, and the parent may hold secrets in the latter.
  const worker = new Worker(new URL('./xsd-worker.ts', import.meta.url), {
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 64 },
  });
  const waiting = new Map<number, Waiting>();
  let nextId = 1;
  let idle: NodeJS.Timeout | undefined;
  let ended = false;

  const end = (error: Error) => {
    ended = true;
    clearTimeout(idle);
    for (const { reject, timer } of waiting.values()) {
      clearTimeout(timer);
      reject(error);
    }
    waiting.clear();
    void worker.terminate();
  };
  const settle = (id: number): Waiting | undefined => {
    const entry = waiting.get(id);
    waiting.delete(id);
    clearTimeout(entry?.timer);
    if (waiting.size === 0) {
      worker.unref();
      idle = setTimeout(() => end(new Error('idle')), limits.idleMs).unref();
    }
    return entry;
  };
  worker.on('message', (reply: XsdReply) => {
    const entry = settle(reply.id);
    if ('complaints' in reply) entry?.resolve(reply.complaints);
    else entry?.reject(new Error(reply.failure));
  });
  worker.on('error', (error) => end(error instanceof Error ? error : new Error(String(error))));
  worker.on('exit', (code) => end(new Error(`the validator's thread ended (${code})`)));

  return {
    ended: () => ended,
    validate: (text) =>
      new Promise((resolve, reject) => {
        const id = nextId++;
        clearTimeout(idle);
        worker.ref();
        const late = () => end(new Error(`no answer within ${limits.timeoutMs} ms`));
        waiting.set(id, { resolve, reject, timer: setTimeout(late, limits.timeoutMs) });
        worker.postMessage({ id, text } satisfies XsdRequest);
      }),
  };
}
