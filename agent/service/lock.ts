import * as fs from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '@stopgap/machine';
import { AgentError } from '../errors.ts';

export interface Lock {
  release(): void;
}

/**
 * Takes the state folder's lock, or answers `undefined` when another process has it. The lock is a lock of the operating
 * system on a file (held through an open SQLite transaction): a killed holder frees it, and no stale lock can remain.
 */
export function tryLock(file: string): Lock | undefined {
  // Created by us, so that nobody else can read or lock it, whatever the umask. One that is there must not be opened here:
  // closing it would give up the locks that this process has on it (fcntl(2)).
  if (!fs.existsSync(file)) fs.closeSync(fs.openSync(file, 'a', 0o600));
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE;');
    return { release: () => database.close() };
  } catch (error) {
    database.close();
    if (error instanceof Error && /locked|busy/i.test(error.message)) return undefined;
    throw error;
  }
}

/** Waits for the lock, at most `patienceMs`. Throws `busy`. */
export async function waitForLock(file: string, clock: Clock, patienceMs: number): Promise<Lock> {
  return await whenFree(() => tryLock(file), clock, patienceMs);
}

/** Waits until `attempt` answers something, at most `patienceMs`. Throws `busy`. */
export async function whenFree<T>(
  attempt: () => Promise<T | undefined> | T | undefined,
  clock: Clock,
  patienceMs: number,
): Promise<T> {
  const start = clock.elapsed();
  for (;;) {
    const got = await attempt();
    if (got !== undefined) return got;
    if (clock.elapsed() - start > patienceMs) {
      throw new AgentError(
        'busy',
        `another stopgap command is still at work here after ${Math.round(patienceMs / 1000)} seconds; try again when it is done`,
      );
    }
    await clock.sleep(50);
  }
}
