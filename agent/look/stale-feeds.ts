import { daysText, type Staleness, staleDays } from '../policy/staleness.ts';
import type { Parts } from './parts.ts';

/** How stale a feed is, as policy counts it. */
type Level = 'fresh' | 'stale' | 'stopped';

/**
 * Notes in the audit trail, once each, that a feed has become staler than policy takes without a warning, and that nothing
 * new is taken from it any more. That it is fresh again is noted where it is verified.
 */
export function noteStaleFeeds(
  { journal, clock, log }: Pick<Parts, 'journal' | 'clock' | 'log'>,
  said: Staleness,
): void {
  const now = clock.now();
  for (const { name, expires } of journal.sources()) {
    const days = expires === undefined ? 0 : staleDays(expires, now);
    const level: Level = days > said.stopAfterDays ? 'stopped' : days > said.warnAfterDays ? 'stale' : 'fresh';
    const note = `stale ${name}`;
    if (level === (journal.note(note) ?? 'fresh')) continue;
    journal.putNote(note, level);
    if (level === 'fresh') continue;
    const then = level === 'stopped' ? '; nothing new is applied from it' : '';
    const detail = `${name}: nobody has vouched for it for ${daysText(days)}${then}; what is in force stays`;
    log.warn('a feed is stale', { feed: name, days });
    journal.record({ at: now, actor: 'stopgap', event: 'feed-stale', detail });
  }
}
