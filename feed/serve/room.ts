/** How the connections that a server may hold are shared out. Listeners hold theirs for days, and whoever fetches needs one for a moment. */
export interface Room {
  /** Most event streams. Who comes after them is asked to come back, and still has the hourly look. */
  readonly listeners: number;
  /** Kept for those who fetch, whatever the crowd that listens. */
  readonly fetching: number;
}

/** Of all connections, the part that listeners never get. */
const shareForFetching = 0.075;

/** The room in so many connections: of 19,500, 18,037 may listen. */
export function roomIn(connections: number): Room {
  const fetching = Math.max(1, Math.ceil(connections * shareForFetching));
  return { listeners: Math.max(0, connections - fetching), fetching };
}

/** Hints go out this often, in milliseconds, a part of the crowd at a time. */
export const paceMs = 100;
/** Most hints at a time, so 2,500 a second: what one core answers, with some to spare. */
const mostHints = 250;
/** However many connections are busy, this many go on: the crowd must not wait for a few that are slow. */
const leastHints = 25;

/**
 * How many listeners to tell next. As many as will keep a third of the room busy: where server, readers and network are fast that is
 * the most, and where they are not, fewer are told rather than some turned away. Pure.
 */
export function hintsAtOnce(fetching: number, room: Room): number {
  const aim = Math.ceil(room.fetching / 3);
  return Math.min(mostHints, Math.max(aim - fetching, Math.min(leastHints, aim)));
}
