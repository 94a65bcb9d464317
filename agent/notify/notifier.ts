import type { Clock, Log } from '@stopgap/machine';
import type { Journal } from '../journal/journal.ts';
import type { HistoryRecord } from '../journal/records.ts';
import type { NotifyTarget } from './config.ts';
import { type DeliveryTools, deliver } from './deliver.ts';
import { notificationOf, saysAgain, subjectOf } from './events.ts';

/** What the notifier works with. */
export interface NotifierParts extends DeliveryTools {
  readonly journal: Pick<Journal, 'history' | 'historyAfter' | 'note' | 'putNote'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Name of this server. */
  readonly server: string;
}

/** Most that is told late; what is older stays in the history. */
const mostLate = 200;

/**
 * Tells people what the history says, each target at its own pace: the number of the last entry that was dealt with is in the
 * journal, so that nothing is lost over a restart, and at worst one thing is told twice. Looks never wait for it.
 */
export class Notifier {
  readonly #targets: readonly NotifyTarget[];
  readonly #parts: NotifierParts;
  /** By name, the number of the last entry that was dealt with; here too, as the journal may not be writable for a while. */
  readonly #cursors: Map<string, number>;
  /** Names of targets whose number is in the journal. */
  readonly #noted = new Set<string>();
  #poke: () => void = () => {};
  #poked: Promise<void> = Promise.resolve();

  constructor(targets: readonly NotifyTarget[], parts: NotifierParts) {
    this.#targets = targets;
    this.#parts = parts;
    this.#hush();
    this.#cursors = new Map(targets.map((target) => [target.name, this.#start(target)]));
  }

  /** Something has happened. Comes back at once. */
  poke(): void {
    this.#poke();
    this.#hush();
  }

  /** Tells until `signal` aborts, and what is under way then is told to its end. Never throws. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#targets.map((target) => this.#runFor(target, signal)));
  }

  async #runFor(target: NotifyTarget, signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      // Taken before the history is read: what happens while it is told wakes us.
      const poked = this.#poked;
      failures = (await this.#tellSafely(target, signal)) ? 0 : failures + 1;
      if (failures === 0) await this.#rest(3_600_000, poked, signal);
      else await this.#parts.clock.sleep(pauseAfter(failures), signal).catch(() => {});
    }
  }

  /** A target that is new hears what happens from now on, not all that ever did. */
  #start(target: NotifyTarget): number {
    const { journal } = this.#parts;
    const newest = journal.history(1)[0]?.id ?? 0;
    const known = journal.note(cursorOf(target));
    if (known !== undefined) this.#noted.add(target.name);
    // A history that was put back from a copy may be shorter than what was told of it.
    if (known !== undefined) return Math.min(Number(known), newest);
    this.#putCursor(target, newest);
    return newest;
  }

  /** Where the journal was lost and is another now, all that its history says is news. */
  #cursor(target: NotifyTarget): number {
    const { name } = target;
    if (this.#noted.has(name) && this.#parts.journal.note(cursorOf(target)) === undefined) {
      this.#noted.delete(name);
      this.#cursors.set(name, 0);
    }
    return this.#cursors.get(name) ?? 0;
  }

  #putCursor(target: NotifyTarget, id: number): void {
    if (this.#remember(cursorOf(target), String(id))) this.#noted.add(target.name);
  }

  /** Where the journal cannot be written (a full disk), people are still told; after a restart perhaps twice. */
  #remember(note: string, value: string): boolean {
    try {
      this.#parts.journal.putNote(note, value);
      return true;
    } catch (error) {
      this.#parts.log.warn('it cannot be remembered who was told what', { why: messageOf(error) });
      return false;
    }
  }

  /** Answers whether the target is up to date. A journal that cannot be read now is read again later. */
  async #tellSafely(target: NotifyTarget, signal: AbortSignal): Promise<boolean> {
    try {
      return await this.#tellAll(target, signal);
    } catch (error) {
      this.#parts.log.warn('nobody can be told now; it is tried again', { target: target.name, why: messageOf(error) });
      return false;
    }
  }

  async #tellAll(target: NotifyTarget, signal: AbortSignal): Promise<boolean> {
    const { journal, log } = this.#parts;
    for (;;) {
      const from = this.#cursor(target);
      const entries = journal.historyAfter(from, mostLate);
      const [first] = entries;
      if (!first || signal.aborted) return true;
      if (first.id > from + 1 && entries.length === mostLate) {
        log.warn('too much has happened meanwhile to tell all of it; see: stopgap history', { target: target.name });
      }
      for (const entry of entries) {
        if (signal.aborted) return true;
        if (!(await this.#tell(target, entry))) return false;
        this.#cursors.set(target.name, entry.id);
        this.#putCursor(target, entry.id);
      }
    }
  }

  async #tell(target: NotifyTarget, entry: HistoryRecord): Promise<boolean> {
    const { journal, log, server } = this.#parts;
    const notification = notificationOf(entry, server);
    if (!notification) return true;
    const last = `told ${target.name} ${subjectOf(entry)}`;
    const before = journal.note(last);
    const known = before === undefined ? undefined : ({ ...entry, ...JSON.parse(before) } as HistoryRecord);
    if (target.about.includes(notification.weight) && !saysAgain(entry, known)) {
      try {
        await deliver(target, notification, this.#parts);
      } catch (error) {
        log.warn('a notification could not be delivered; it is tried again', {
          target: target.name,
          why: messageOf(error),
        });
        return false;
      }
    }
    this.#remember(last, JSON.stringify({ event: entry.event, detail: entry.detail }));
    return true;
  }

  async #rest(ms: number, poked: Promise<void>, signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    const resting = this.#parts.clock.sleep(ms, AbortSignal.any([signal, woken.signal])).catch(() => {});
    await Promise.race([resting, poked]);
    woken.abort();
    await resting;
  }

  #hush(): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#poked = promise;
    this.#poke = resolve;
  }
}

/** The note in which the last entry that a target was told of stands. */
export function cursorOf({ name }: NotifyTarget): string {
  return `notified ${name}`;
}

/** Milliseconds until a target that could not be told is tried again: half a minute, doubled each time, at most an hour. */
export function pauseAfter(failures: number): number {
  return Math.min(30_000 * 2 ** Math.max(0, failures - 1), 3_600_000);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
