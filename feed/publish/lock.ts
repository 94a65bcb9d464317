import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Files } from '@stopgap/machine';
import { FeedError } from '../errors.ts';
import { sweepFolder } from '../sweep.ts';
import type { FeedLayout } from './layout.ts';

/**
 * Runs `work` as the only publisher of the folder. The lock is SQLite's on a file of its own: the operating system lets go
 * of it when the process dies, however it dies, so a kill never leaves a feed locked. What a killed publisher left half
 * written is swept first. Throws `feed-busy`.
 */
export async function asOnlyPublisher<T>(layout: FeedLayout, files: Files, work: () => Promise<T>): Promise<T> {
  // Nobody else may open it: who can read the file can hold its lock.
  closeSync(openSync(layout.lock, 'a', 0o600));
  const lock = new DatabaseSync(layout.lock);
  try {
    takeLock(lock, layout);
    for (const folder of foldersOf(layout)) sweepFolder(folder, files);
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

function foldersOf(layout: FeedLayout): readonly string[] {
  return [layout.folder, layout.metadata, layout.keys, layout.staged, layout.proposals];
}
