import type { PolicyLevel } from './policy.ts';

const day = 86_400_000;

/** How a feed is treated that nobody has vouched for since its freshness ran out. */
export interface Staleness {
  /** `status` asks for attention when a feed is stale by more days than this. */
  readonly warnAfterDays: number;
  /** Nothing new is applied from a feed that is stale by more days than this, and no bundle so stale is taken. */
  readonly stopAfterDays: number;
}

/** Where neither level says anything: warn at once, stop after a month. */
export const defaultStaleness: Staleness = { warnAfterDays: 0, stopAfterDays: 30 };

/** What the levels say together: the smaller number wins. */
export function effectiveStaleness(...levels: readonly PolicyLevel[]): Staleness {
  const least = (key: keyof Staleness) => {
    const said = levels.flatMap(({ stale }) => (stale?.[key] === undefined ? [] : [stale[key]]));
    return said.length === 0 ? defaultStaleness[key] : Math.min(...said);
  };
  return { warnAfterDays: least('warnAfterDays'), stopAfterDays: least('stopAfterDays') };
}

/** By how many days a feed is stale: 0 while it is fresh, 1 from the moment its freshness has run out. Times in ms since the epoch. */
export function staleDays(freshUntil: number, now: number): number {
  return now < freshUntil ? 0 : Math.floor((now - freshUntil) / day) + 1;
}

/** The same in words: `3 days`. */
export function daysText(days: number): string {
  return `${days} day${days === 1 ? '' : 's'}`;
}

/** For how long a bundle may have expired already, ms. */
export function bundleAllowance({ stopAfterDays }: Staleness): number {
  return stopAfterDays * day;
}
