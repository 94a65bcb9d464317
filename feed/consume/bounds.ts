/**
 * What must hold of metadata before and after tuf-js has read it, so that nobody can keep a reader busy: found by fuzzing and by
 * measuring. It copies its tables once for each entry (root, snapshot, targets and delegations of `@tufjs/models` 5), before any signature is
 * looked at: a root of 114 kB full of keys took 1.5 s, a targets role of 12,000 documents a minute. And it takes more for a path
 * pattern than the specification has: `{1..1000000}` took 3 s, `+(a|+(a|aa))` did not end.
 */
import type { Targets } from '@tufjs/models';
import { Trouble } from '../trouble.ts';

/** Most entries of each table of one file. */
export const mostEntries = { signatures: 256, keys: 256, roles: 256, keyids: 256, meta: 1024, targets: 1500 } as const;

/** Most characters of a path pattern, and most stars in one part of it: `minimatch` takes time with that power of a name’s length. */
const longestPattern = 256;
const mostStars = 3;

/** Refuses metadata with too many entries of a kind; what is no JSON is left to the reader behind. Throws `Trouble` `content`. */
export function refuseCrowds(bytes: Uint8Array, file: string): void {
  const all = parsed(bytes);
  const signed = within(all, 'signed');
  const delegations = within(signed, 'delegations');
  const roles = [...entriesOf(within(signed, 'roles')), ...entriesOf(within(delegations, 'roles'))];
  const tables: readonly (readonly [keyof typeof mostEntries, unknown])[] = [
    ['signatures', within(all, 'signatures')],
    ['keys', within(signed, 'keys')],
    ['keys', within(delegations, 'keys')],
    ['roles', roles],
    ['meta', within(signed, 'meta')],
    ['targets', within(signed, 'targets')],
    ...roles.map((role) => ['keyids', within(role, 'keyids')] as const),
  ];
  for (const [name, table] of tables) {
    const count = entriesOf(table).length;
    if (count <= mostEntries[name]) continue;
    throw new Trouble(
      'content',
      `${file} has ${count} entries under "${name}" and ${mostEntries[name]} are the most read; ask the publisher to split it`,
    );
  }
}

/**
 * Refuses an expiry that is not written as the specification has it (4.2.1, `YYYY-MM-DDTHH:MM:SSZ`). JavaScript takes others too, in words
 * and by the server's own time zone, and makes the 31st of February a day in March. What is no JSON is left to the reader behind.
 * Throws `Trouble` `content`.
 */
export function refuseDate(bytes: Uint8Array, file: string): void {
  const signed = within(parsed(bytes), 'signed');
  const expires = within(signed, 'expires');
  if (signed === undefined || isDate(expires)) return;
  throw new Trouble(
    'content',
    `${file} expires at ${JSON.stringify(expires)?.slice(0, 60)}, which is no date as YYYY-MM-DDTHH:MM:SSZ; ask the publisher`,
  );
}

function isDate(text: unknown): boolean {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return false;
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString() === text.replace('Z', '.000Z');
}

/** Refuses path patterns that are not those of the specification (4.5: `*`, `?`, and sets in brackets). Throws `Trouble` `content`. */
export function refusePatterns(role: string, signed: Targets | undefined): void {
  for (const [child, { paths }] of Object.entries(signed?.delegations?.roles ?? {})) {
    const wrong = paths?.find((pattern) => !isPlainPattern(pattern));
    if (wrong === undefined) continue;
    throw new Trouble(
      'content',
      `${role} delegates ${JSON.stringify(wrong.slice(0, 100))} to ${child}; a pattern has *, ? and sets in brackets and no more than ${mostStars} stars in a part, ask the publisher`,
    );
  }
}

/** Whether a pattern of a delegation is one that is read here. */
export function isPlainPattern(pattern: string): boolean {
  if (pattern.length > longestPattern) return false;
  return pattern.split('/').every((part) => {
    const stars = part.match(/\*+/g)?.length ?? 0;
    return stars <= mostStars && /^(?![!#])(?:[^{}()[\]\\]|\[[!^]?[^[\]\\/(){}]+\])*$/.test(part);
  });
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

function within(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return Reflect.get(value, key);
}

function entriesOf(table: unknown): readonly unknown[] {
  return typeof table === 'object' && table !== null ? Object.values(table) : [];
}
