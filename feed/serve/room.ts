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
/** Most hints at a time, so 3,500 a second: what one core answers, with some to spare (a look takes it 0.2 ms). */
const mostHints = 350;
/** However many connections are busy, this many go on: the crowd must not wait for ever for a few that are slow. */
const leastHints = 5;
/** Who was told comes within this many parts (30 s) or does not come here at all. */
export const partsToCome = 300;
/** Where nobody has come in this many parts, the files are fetched somewhere else. */
const partsToWait = 20;

/** What is going on, as far as it says how many more may be told. */
export interface Busy {
  /** Connections of those who fetch. */
  readonly fetching: number;
  /** Listeners told, and looks that came, in so many parts: the last ones, `partsToCome` at most. */
  readonly parts: number;
  readonly told: number;
  readonly came: number;
}

/**
 * How many listeners to tell next: as many as will keep a third of the room busy. Where server, readers and network are fast that is the
 * most, and where they are not, fewer are told rather than some turned away. Those who were told and have not come yet count too. Pure.
 */
export function hintsAtOnce({ fetching, parts, told, came }: Busy, room: Room): number {
  const aim = Math.ceil(room.fetching / 3);
  const nobodyComes = parts >= partsToWait && came === 0;
  const onTheWay = nobodyComes ? 0 : Math.max(0, told - came);
  return Math.min(mostHints, Math.max(aim - fetching - onTheWay, Math.min(leastHints, aim)));
}
