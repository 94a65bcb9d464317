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
  return {
    name: config.name,
    look: () => {
      const look = running.then(() => reader.look());
      running = look;
      return look;
    },
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
    follow: (onHint, signal) => followHints(config, deps, onHint, signal),
  };
}
