import type { Listeners } from './events.ts';
import { hintsAtOnce, paceMs, partsToCome, type Room } from './room.ts';

/** Tells a crowd part by part. */
export interface Pace {
  /** Somebody waits to be told: goes on until nobody does. */
  go(): void;
  stop(): void;
}

/** Connections of those who fetch: open now, and ended since the start. */
export interface Fetching {
  readonly open: number;
  readonly ended: number;
}

/** Tells those who wait, the first at once and the others as fast as those told before have fetched. */
export function paceOf(listeners: Listeners, room: Room, fetching: () => Fetching): Pace {
  let timer: NodeJS.Timeout | undefined;
  let parts: readonly { readonly told: number; readonly endedBefore: number }[] = [];
  const next = () => {
    const now = fetching();
    const told = parts.reduce((sum, part) => sum + part.told, 0);
    const ended = now.ended - (parts[0]?.endedBefore ?? now.ended);
    const waitedBefore = listeners.waiting;
    listeners.tell(hintsAtOnce({ fetching: now.open, parts: parts.length, told, ended }, room));
    const part = { told: waitedBefore - listeners.waiting, endedBefore: now.ended };
    parts = [...parts, part].slice(-partsToCome);
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
