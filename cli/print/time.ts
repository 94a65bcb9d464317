const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

function amount(ms: number): string {
  const [count, unit] =
    ms < minute
      ? [Math.floor(ms / 1000), 'second']
      : ms < hour
        ? [Math.floor(ms / minute), 'minute']
        : ms < 2 * day
          ? [Math.floor(ms / hour), 'hour']
          : [Math.floor(ms / day), 'day'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** `3 minutes ago`, `just now`; a time in the future says so. Times in ms since the epoch. */
export function ago(then: number, now: number): string {
  const passed = now - then;
  if (passed < -1000) return ahead(then, now);
  return passed < 1000 ? 'just now' : `${amount(passed)} ago`;
}

/** `in 51 minutes`, `now`. */
export function ahead(then: number, now: number): string {
  const left = then - now;
  return left < 1000 ? 'now' : `in ${amount(left)}`;
}

/** `2026-11-21 23:30:04 UTC`: for history and files. */
export function stamp(at: number): string {
  return new Date(at)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC');
}
