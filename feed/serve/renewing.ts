import { type Clock, type Log, systemClock, systemFiles } from '@stopgap/machine';
import { feedLayout } from '../publish/layout.ts';
import type { SigningOptions } from '../publish/press.ts';
import { renewFeed } from '../publish/renew.ts';
import { readReleased } from '../publish/settings.ts';

/** The timestamp is signed anew once it is this old. */
const everyMs = 24 * 3_600_000;
/** How often it is looked whether it is time, and how soon it is tried again after a failure. */
const lookMs = 600_000;

/**
 * Signs snapshot and timestamp anew once a day, until `signal` aborts. A failure is logged and tried again after ten minutes:
 * what is out stays good for its seven days. Never throws.
 */
export async function keepRenewed(
  folder: string,
  options: SigningOptions & { readonly log: Log },
  signal: AbortSignal,
): Promise<void> {
  const clock: Clock = options.clock ?? systemClock;
  while (!signal.aborted) {
    await renewIfDue(folder, options, clock);
    await clock.sleep(lookMs, signal).catch(() => {});
  }
}

/** Renews where the last release is a day old. Answers whether it did. Never throws. */
export async function renewIfDue(
  folder: string,
  options: SigningOptions & { readonly log: Log },
  clock: Clock,
): Promise<boolean> {
  try {
    const { signedAt } = readReleased(feedLayout(folder), options.files ?? systemFiles);
    if (clock.now() - signedAt < everyMs) return false;
    const { expiresAt, timestamp } = await renewFeed(folder, options);
    options.log.info('renewed', { timestamp, goodUntil: new Date(expiresAt).toISOString() });
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    options.log.error('the feed could not be renewed; it is tried again in ten minutes', { reason });
    return false;
  }
}
