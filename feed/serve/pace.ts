import type { Listeners } from './events.ts';
import { hintsAtOnce, paceMs, type Room } from './room.ts';

/** Tells a crowd part by part. */
export interface Pace {
  /** Somebody waits to be told: goes on until nobody does. */
  go(): void;
  stop(): void;
}

/** Tells those who wait, the first at once and the others as fast as those told before have fetched; `fetching`: connections that do. */
export function paceOf(listeners: Listeners, room: Room, fetching: () => number): Pace {
  let timer: NodeJS.Timeout | undefined;
  const next = () => {
    const more = listeners.tell(hintsAtOnce(fetching(), room));
    timer = more ? setTimeout(next, paceMs) : undefined;
  };
  return {
    go: () => {
      if (timer === undefined) next();
    },
    stop: () => clearTimeout(timer),
  };
}
