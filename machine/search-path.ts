import type { Stats } from 'node:fs';
import path from 'node:path';
import { fs } from './node.ts';

/** Where programs are looked for when nobody says. */
const usual = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Of a `PATH`, for commands that are run as root: the folders that are absolute, belong to root, and in which not everybody may
 * write. `su` without `-` keeps the folders of whoever called it, and an empty entry is the folder one happens to be in; what
 * is found there is not to be run as root. The usual folders come after them.
 */
export function trustedSearchPath(
  given: string | undefined,
  statOf: (folder: string) => OwnerAndMode | undefined,
): string {
  const folders = (given ?? '').split(':').filter((folder) => path.isAbsolute(folder) && isTrusted(statOf(folder)));
  return [...new Set([...folders, ...usual.split(':')])].join(':');
}

type OwnerAndMode = Pick<Stats, 'uid' | 'mode'>;

function isTrusted(stat: OwnerAndMode | undefined): boolean {
  return stat !== undefined && stat.uid === 0 && (stat.mode & 0o002) === 0;
}

let known: { readonly given: string | undefined; readonly trusted: string } | undefined;

/** The `PATH` for external commands of this process. */
export function searchPath(): string {
  const given = process.env.PATH;
  if (process.platform === 'win32' || process.getuid?.() !== 0) return given ?? usual;
  if (known?.given !== given || !known) known = { given, trusted: trustedSearchPath(given, statOf) };
  return known.trusted;
}

function statOf(folder: string): OwnerAndMode | undefined {
  return fs.statSync(folder, { throwIfNoEntry: false });
}
