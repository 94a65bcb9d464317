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
/** However many connections are busy, this many go on: the crowd must not wait for ever for a few that are slow. */
const leastHints = 5;
/** Who was told comes to fetch within this many parts, or not at all: files may be fetched from mirrors. */
export const partsToCome = 20;

/** What is going on, as far as it says how many more may be told. */
export interface Busy {
  /** Connections of those who fetch. */
  readonly fetching: number;
  /** Listeners told, and connections that ended, in so many parts: the last ones, `partsToCome` at most. */
  readonly parts: number;
  readonly told: number;
  readonly ended: number;
}

/**
 * How many listeners to tell next: as many as will keep a third of the room busy. Where server, readers and network are fast that is the
 * most, and where they are not, fewer are told rather than some turned away. Those who were told and have not come yet count too. Pure.
 */
export function hintsAtOnce({ fetching, parts, told, ended }: Busy, room: Room): number {
  const aim = Math.ceil(room.fetching / 3);
  const nobodyComes = parts === partsToCome && ended === 0 && fetching === 0;
  const onTheWay = nobodyComes ? 0 : told - ended;
  return Math.min(mostHints, Math.max(aim - Math.max(fetching, onTheWay), Math.min(leastHints, aim)));
}
