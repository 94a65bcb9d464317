import type { Listeners } from './events.ts';
import { hintsAtOnce, paceMs, partsToCome, type Room } from './room.ts';

/** Tells a crowd part by part. */
export interface Pace {
  /** Somebody waits to be told: goes on until nobody does. */
  go(): void;
  stop(): void;
}

/** Those who fetch: connections that are open now, and looks that came since the start. */
export interface Fetching {
  readonly open: number;
  readonly came: number;
}

/** Tells those who wait, the first at once and the others as fast as those told before have come and fetched. */
export function paceOf(listeners: Listeners, room: Room, fetching: () => Fetching): Pace {
  let timer: NodeJS.Timeout | undefined;
  let parts: { readonly told: number; readonly cameBefore: number }[] = [];
  const next = () => {
    const { open, came: now } = fetching();
    const told = parts.reduce((sum, part) => sum + part.told, 0);
    const came = now - (parts[0]?.cameBefore ?? now);
    const waited = listeners.waiting;
    listeners.tell(hintsAtOnce({ fetching: open, parts: parts.length, told, came }, room));
    parts.push({ told: waited - listeners.waiting, cameBefore: now });
    if (parts.length > partsToCome) parts.shift();
    timer = listeners.waiting > 0 ? setTimeout(next, paceMs) : undefined;
  };
  return {
    go: () => {
      if (timer !== undefined) return;
      parts = [];
      next();
    },
    stop: () => clearTimeout(timer),
  };
}
