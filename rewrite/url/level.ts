/** A configuration level as a path: `/` or `/owa/x`, no trailing slash but for the root. */
export function normaliseLevel(level: string): string {
  const trimmed = level.replaceAll('\\', '/').replace(/^\/+|\/+$/g, '');
  return trimmed === '' ? '/' : `/${trimmed}`;
}

/** Whether a cooked path lies at or under a level; letter case does not matter, as in IIS. */
export function isWithin(path: string, level: string): boolean {
  if (level === '/') return true;
  if (path.length < level.length || path.slice(0, level.length).toLowerCase() !== level.toLowerCase()) return false;
  return path.length === level.length || path[level.length] === '/';
}

/**
 * What `match url` sees: the path after the level and without its leading slash. A path that an earlier rule took out of the
 * level is seen whole.
 */
export function relativeTo(path: string, level: string): string {
  if (level !== '/' && isWithin(path, level)) return path.slice(level.length + 1);
  return path.startsWith('/') ? path.slice(1) : path;
}

/** A URL of a rule as a path of the site: one without a leading slash is relative to the level. */
export function fromLevel(path: string, level: string): string {
  if (path.startsWith('/')) return path;
  return level === '/' ? `/${path}` : `${level}/${path}`;
}

/** How deep a level lies: 0 for the root. Rules of a parent run before those of its children. */
export function depthOf(level: string): number {
  return level === '/' ? 0 : level.split('/').length - 1;
}
