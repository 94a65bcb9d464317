import type { FeedSource } from '../source.ts';
import { troubleOf } from '../trouble.ts';
import { type FeedConfig, type FeedDeps, withDefaults } from './config.ts';
import { readCurrent, readDocuments } from './current.ts';
import { trustFolder } from './folder.ts';
import { followHints } from './follow.ts';
import { FeedReader } from './reader.ts';

/**
 * A reader of a TUF feed over HTTP. Whatever the feed, the network or the disk does becomes a `trouble`; what was
 * verified before stays. One `look` at a time: a second one waits for the first.
 */
export function tufSource(config: FeedConfig, given: FeedDeps = {}): FeedSource {
  const deps = withDefaults(given);
  const folder = trustFolder(config.stateFolder, deps.files);
  const reader = new FeedReader(config, deps, folder);
  let running: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = running.then(work);
    running = turn;
    return turn;
  };
  return {
    name: config.name,
    look: () => inTurn(() => reader.look()),
    take: (bundle, terms) => inTurn(() => reader.take(bundle, terms)),
    last: () => {
      try {
        const current = readCurrent(folder);
        return current && readDocuments(folder, current);
      } catch (error) {
        deps.log.warn('what was verified before cannot be read', {
          feed: config.name,
          reason: troubleOf(error).reason,
        });
        return undefined;
      }
    },
    follow: (onHint, signal) =>
      config.url === undefined ? untilAborted(signal) : followHints(config, deps, onHint, signal),
  };
}

/** Resolves when `signal` aborts. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
