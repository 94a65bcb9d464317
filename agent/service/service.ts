import { AgentError } from '../errors.ts';
import type { HistoryEvent } from '../journal/records.ts';
import { look } from '../look/look.ts';
import type { Parts } from '../look/parts.ts';
import { answer } from './answer.ts';
import { serveControl } from './control.ts';
import { gapAfter } from './hint-gap.ts';
import { tryLock } from './lock.ts';
import { Patience } from './pause.ts';
import type { AgentRequest } from './requests.ts';

/** How the service is run. */
export interface ServiceOptions {
  readonly lockFile: string;
  readonly socketFile: string;
  /** Milliseconds between looks, before jitter. */
  readonly every: number;
  /** 0 to 1; passed in so that tests decide. */
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Called once the first look is done. */
  readonly onReady?: () => void;
  /** Called after each look and each request: the history may have something new. */
  readonly onWorked?: () => void;
}

/**
 * The agent as a service: looks at once, then every hour with jitter, sooner after a failure (`pause.ts`), and when a feed hints
 * that there is something new; answers requests on the control socket in between. Returns when `signal` aborts. Throws `busy` when a service or a
 * command is at work in the same state folder.
 */
export async function runService(parts: Parts, options: ServiceOptions): Promise<void> {
  const lock = tryLock(options.lockFile);
  if (!lock)
    throw new AgentError(
      'busy',
      `another agent, or a stopgap command, is at work in this state folder (${options.lockFile})`,
    );
  const queue = new Queue();
  const wake = new Wake();
  const close = await serveControl(options.socketFile, (request: AgentRequest) =>
    queue.run(() => answer(parts, request)).finally(() => options.onWorked?.()),
  );
  const following = parts.sources.map((source) => source.follow(() => wake.ring(), options.signal));
  recordSafely(parts, 'started', `agent service started, pid ${process.pid}`);
  try {
    await loop(parts, options, queue, wake);
  } finally {
    await close();
    await Promise.allSettled(following);
    recordSafely(parts, 'stopped', 'agent service stopped');
    writeSafely(parts, () => parts.journal.putNote('next-look', ''));
    lock.release();
  }
}

async function loop(parts: Parts, options: ServiceOptions, queue: Queue, wake: Wake): Promise<void> {
  const { signal } = options;
  let ready = options.onReady;
  const patience = new Patience();
  let [gap, hinted, known]: [number | undefined, boolean, string] = [undefined, false, ''];
  while (!signal.aborted) {
    wake.hush();
    const failed = await queue.run(() => lookSafely(parts));
    options.onWorked?.();
    ready?.();
    ready = undefined;
    const versions = versionsOf(parts);
    gap = gapAfter(gap, { hinted, news: versions !== known });
    known = versions;
    const pause = nextPause(parts, options, patience, failed);
    writeSafely(parts, () => parts.journal.putNote('next-look', String(parts.clock.now() + pause)));
    hinted = await restUntil(parts, wake, pause, gap, signal);
  }
}

/** Until the pause is over, a hint comes or the service is to end; never less than `gap` after a look. Answers whether it was a hint. */
async function restUntil(parts: Parts, wake: Wake, pause: number, gap: number, signal: AbortSignal): Promise<boolean> {
  const ended = parts.clock.elapsed();
  const woken = new AbortController();
  const resting = parts.clock.sleep(pause, AbortSignal.any([signal, woken.signal])).then(
    () => false,
    () => false,
  );
  const hinted = await Promise.race([resting, wake.rung.then(() => true)]);
  woken.abort();
  const left = gap - (parts.clock.elapsed() - ended);
  if (!signal.aborted && left > 0) await parts.clock.sleep(left, signal).catch(() => {});
  return hinted;
}

/** Which version of each feed was verified last: only its publisher can change that. */
function versionsOf(parts: Parts): string {
  return JSON.stringify(readSafely(parts, (journal) => journal.sources()).map(({ name, version }) => [name, version]));
}

/** A journal that cannot be read now must not end the service: the log has it, and the next look says what it is. */
function readSafely<T>({ journal, log }: Parts, read: (journal: Parts['journal']) => readonly T[]): readonly T[] {
  try {
    return read(journal);
  } catch (error) {
    log.error('the journal cannot be read', { why: error instanceof Error ? error.message : String(error) });
    return [];
  }
}

/** A look that fails as a whole (say, an interrupted change that cannot be taken back) must not end the service. Answers whether it did. */
async function lookSafely(parts: Parts): Promise<boolean> {
  try {
    await look(parts);
    if ((parts.journal.note('trouble') ?? '') !== '') {
      recordSafely(parts, 'repaired', 'looks succeed again');
    }
    parts.journal.putNote('trouble', '');
    return false;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    parts.log.error('the look failed', { why });
    writeSafely(parts, () => {
      if (parts.journal.note('trouble') !== why) recordSafely(parts, 'failed', `the look failed: ${why}`);
      parts.journal.putNote('trouble', why);
    });
    return true;
  }
}

function recordSafely(parts: Parts, event: HistoryEvent, detail: string): void {
  writeSafely(parts, () => parts.journal.record({ at: parts.clock.now(), actor: 'stopgap', event, detail }));
}

/** A journal that cannot be written now (a full disk) must not end the service: the log has it, and the next look tries again. */
function writeSafely({ log }: Parts, write: () => void): void {
  try {
    write();
  } catch (error) {
    log.error('the journal cannot be written', { why: error instanceof Error ? error.message : String(error) });
  }
}

/** Until the next hour with a tenth of jitter either way; sooner where a feed or a mitigation waits to be tried again. */
function nextPause(parts: Parts, { every, random }: ServiceOptions, patience: Patience, failed: boolean): number {
  const now = parts.clock.now();
  const regular = every * (0.9 + 0.2 * random());
  const status = readSafely(parts, (journal) => journal.status());
  const retries = status.flatMap(({ nextTry }) => (nextTry === undefined ? [] : [Math.max(1000, nextTry - now)]));
  const sources = readSafely(parts, (journal) => journal.sources());
  const troubles = new Map(sources.flatMap(({ name, trouble }) => (trouble ? [[name, trouble.step] as const] : [])));
  return Math.min(patience.next({ troubles, failed }, regular, random), ...retries);
}

/** Looks and requests one after the other. */
class Queue {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }
}

/** A bell that stays rung until it is hushed, so that no hint is lost while a look is going on. */
class Wake {
  #ring: () => void = () => {};
  rung: Promise<void> = Promise.resolve();

  constructor() {
    this.hush();
  }

  ring(): void {
    this.#ring();
  }

  hush(): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.rung = promise;
    this.#ring = resolve;
  }
}
