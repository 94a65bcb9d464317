import { DatabaseSync } from 'node:sqlite';
import { FeedError } from '../errors.ts';
import type { FeedLayout } from './layout.ts';

/**
 * Runs `work` as the only publisher of the folder. The lock is SQLite's on a file of its own: the operating system lets go
 * of it when the process dies, however it dies, so a kill never leaves a feed locked. Throws `feed-busy`.
 */
export async function asOnlyPublisher<T>(layout: FeedLayout, work: () => Promise<T>): Promise<T> {
  const lock = new DatabaseSync(layout.lock);
  try {
    takeLock(lock, layout);
    return await work();
  } finally {
    lock.close();
  }
}

function takeLock(lock: DatabaseSync, layout: FeedLayout): void {
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    throw new FeedError(
      'feed-busy',
      `another process is changing the feed in ${layout.folder}; wait until it has ended and try again`,
      error,
    );
  }
}
