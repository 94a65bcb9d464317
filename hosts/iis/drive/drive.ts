import path from 'node:path';
import type { Folders } from '@stopgap/machine';
import { expandVariables, type PathProblem, parseWindowsPath } from './windows-path.ts';

/** A drive as Windows sees it: names without regard to case, variables in paths. Remembers what it has listed. */
export interface Drive {
  /** Where a Windows path is on this machine, the part that is there spelt as it is there. */
  find(windowsPath: string): string | PathProblem;
  /** The path of a name in a folder, in any letter case; where there is no such thing, and on a running Windows, spelt as first given. */
  inside(folder: string, name: string): string;
  /** Names in a folder; empty where it is not there. */
  list(folder: string): readonly string[];
  isFolder(folder: string): boolean;
  /** Whether a folder in another is one to look into: under a root not where a link leads out of it, or back up. */
  isBelow(folder: string): boolean;
  /** Why a file on this machine is none of the root's, although a path in it says so; `undefined`: it is. */
  stray(file: string): string | undefined;
  /** Other drives of which files were found under the root as if it stood for all of them, e.g. `D:`. */
  readonly merged: ReadonlySet<string>;
}

/** What a drive is made from. */
export interface DriveParts {
  /** Folder that stands for the system drive; `undefined`: paths are those of this machine. */
  readonly root: string | undefined;
  /** Keys are lower case. */
  readonly variables: ReadonlyMap<string, string>;
  readonly folders: Folders;
}

/** The system drive of this machine, or a folder that stands for one. */
export function openDrive({ root, variables, folders }: DriveParts): Drive {
  const listing = new Listing(folders);
  const merged = new Set<string>();
  const spelling = new Spelling();
  const find = (windowsPath: string) => {
    const expanded = expandVariables(windowsPath, variables);
    if (typeof expanded !== 'string') return expanded;
    const parsed = parseWindowsPath(expanded);
    if ('problem' in parsed) return parsed;
    if (root === undefined) return spelling.of(path.join(`${parsed.drive.toUpperCase()}:\\`, ...parsed.names));
    const own = (variables.get('systemdrive') ?? 'c:').slice(0, 1).toLowerCase();
    const top = path.resolve(root);
    const letter = parsed.drive.toUpperCase();
    const beside = parsed.drive === own ? top : folderOfDrive(top, parsed.drive, listing);
    const found = listing.reach(beside ?? top, parsed.names).path;
    if (beside === undefined && (parsed.names.length < 2 || !isThere(found, listing))) {
      return {
        problem: `${windowsPath} is on drive ${letter}:, which is not here; put its files under ${path.join(root, `${letter}:`)}`,
      };
    }
    if (beside === undefined) merged.add(`${letter}:`);
    const why = strayFrom(folders, listing, top, found);
    return why === undefined ? found : { problem: `${windowsPath} ${why}` };
  };
  const stray = (file: string) =>
    root === undefined ? undefined : strayFrom(folders, listing, path.resolve(root), file);
  const found = new Map<string, string | PathProblem>();
  return {
    find: (windowsPath) => {
      const known = found.get(windowsPath) ?? find(windowsPath);
      found.set(windowsPath, known);
      return known;
    },
    inside: (folder, name) =>
      root === undefined ? spelling.of(path.join(folder, name)) : listing.reach(folder, [name]).path,
    list: (folder) => listing.names(folder) ?? [],
    isFolder: (folder) => listing.names(folder) !== undefined,
    isBelow: (folder) =>
      listing.names(folder) !== undefined &&
      (root === undefined || (stray(folder) === undefined && !leadsUp(folders, folder))),
    stray,
    merged,
  };
}

/** What stands for another drive than the system's: a folder in the root with the drive's colon, as no folder on Windows is called. */
function folderOfDrive(top: string, drive: string, listing: Listing): string | undefined {
  const name = listing.names(top)?.find((one) => one.toLowerCase() === `${drive}:`);
  return name === undefined ? undefined : path.join(top, name);
}

/** Whether a file, or at least the folder that it would be in, is there. */
function isThere(file: string, listing: Listing): boolean {
  return listing.names(path.dirname(file)) !== undefined;
}

/** Follows every link on the way: also where the last names are not there yet, nothing outside may be read or made. */
function strayFrom(folders: Folders, listing: Listing, top: string, found: string): string | undefined {
  const from = folders.realPath(top);
  if (from === undefined) return undefined;
  let at = found;
  let to = folders.realPath(at);
  while (to === undefined) {
    if (listing.names(path.dirname(at))?.includes(path.basename(at))) return 'is a link that leads nowhere';
    at = path.dirname(at);
    to = folders.realPath(at);
  }
  return isIn(to, from) ? undefined : `leads out of ${top} by a link`;
}

function leadsUp(folders: Folders, folder: string): boolean {
  const [above, here] = [path.dirname(folder), folder].map((one) => folders.realPath(one));
  return above !== undefined && here !== undefined && isIn(above, here);
}

function isIn(file: string, folder: string): boolean {
  return file === folder || file.startsWith(folder.endsWith(path.sep) ? folder : `${folder}${path.sep}`);
}

/** Paths in the spelling in which they were first met: on Windows all that differ in letter case alone are one file, and have to be one here. */
class Spelling {
  readonly #known = new Map<string, string>();

  of(file: string): string {
    const key = file.toLowerCase();
    const known = this.#known.get(key) ?? file;
    this.#known.set(key, known);
    return known;
  }
}

/** Folders as listed, each once. */
class Listing {
  readonly #folders: Folders;
  readonly #known = new Map<string, readonly string[] | undefined>();

  constructor(folders: Folders) {
    this.#folders = folders;
  }

  names(folder: string): readonly string[] | undefined {
    if (!this.#known.has(folder)) this.#known.set(folder, this.#folders.list(folder)?.toSorted());
    return this.#known.get(folder);
  }

  /**
   * Goes down by names in any letter case, as far as there is something. Where a folder of this machine has several
   * spellings of one name, the one that leads furthest is taken, the exact one first.
   */
  reach(folder: string, names: readonly string[]): { readonly path: string; readonly steps: number } {
    const [name, ...rest] = names;
    let best = { path: path.join(folder, ...names), steps: 0 };
    if (name === undefined) return best;
    const spelt = (this.names(folder) ?? []).filter((one) => one.toLowerCase() === name.toLowerCase());
    for (const one of spelt.toSorted((a, b) => Number(b === name) - Number(a === name))) {
      const below = this.reach(path.join(folder, one), rest);
      if (below.steps + 1 > best.steps) best = { path: below.path, steps: below.steps + 1 };
    }
    return best;
  }
}
