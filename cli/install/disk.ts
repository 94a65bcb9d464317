import * as fs from 'node:fs';
import path from 'node:path';
import { systemFiles } from '@stopgap/machine';

/** What stands at a path; links are not followed. */
export type Standing =
  | { readonly kind: 'nothing' | 'other' }
  | { readonly kind: 'folder'; readonly mode: number; readonly names: readonly string[] }
  | { readonly kind: 'file'; readonly mode: number; readonly text: string }
  | { readonly kind: 'link'; readonly target: string };

/** Who may change a file: its owner and its permission bits. */
export interface Ownership {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/** The disk as an installation sees it; passed in, so that tests decide what is there and what fails. */
export interface Disk {
  look(file: string): Standing;
  /** `undefined`: nothing is there. Follows links. */
  ownership(file: string): Ownership | undefined;
  /** All that is in a folder, and in those in it. Links are not followed. */
  below(folder: string): Iterable<Ownership & { readonly path: string }>;
  /** With every link followed; the path itself where nothing is there. */
  realPath(file: string): string;
  makeFolder(folder: string, mode: number): void;
  write(file: string, text: string, mode: number): void;
  link(file: string, target: string): void;
  remove(file: string): void;
  /** `whole`: with all that is in it; else only when it is empty. Answers whether it is gone. */
  removeFolder(folder: string, whole: boolean): boolean;
}

/** The disk of this machine. */
export const systemDisk: Disk = {
  look,
  ownership: (file) => {
    const stat = fs.statSync(file, { throwIfNoEntry: false });
    return stat && { uid: stat.uid, gid: stat.gid, mode: stat.mode & 0o7777 };
  },
  below,
  realPath: (file) => (fs.existsSync(file) ? fs.realpathSync(file) : file),
  makeFolder: (folder, mode) => {
    fs.mkdirSync(path.dirname(folder), { recursive: true, mode: 0o755 });
    if (!fs.existsSync(folder)) fs.mkdirSync(folder);
    // Not by mkdir's mode, which the mask of whoever installs would cut.
    fs.chmodSync(folder, mode);
  },
  write: (file, text, mode) => systemFiles.write(file, text, { mode }),
  link: (file, target) => {
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o755 });
    fs.rmSync(file, { force: true });
    fs.symlinkSync(target, file);
  },
  remove: (file) => systemFiles.remove(file),
  removeFolder,
};

function* below(folder: string): Generator<Ownership & { readonly path: string }> {
  for (const name of fs.readdirSync(folder)) {
    const at = path.join(folder, name);
    const stat = fs.lstatSync(at, { throwIfNoEntry: false });
    if (!stat) continue;
    // Of a link only the owner counts: its permission bits say nothing (symlink(7)).
    const mode = stat.isSymbolicLink() ? 0o755 : stat.mode & 0o7777;
    yield { path: at, uid: stat.uid, gid: stat.gid, mode };
    if (stat.isDirectory()) yield* below(at);
  }
}

function look(file: string): Standing {
  const stat = fs.lstatSync(file, { throwIfNoEntry: false });
  if (!stat) return { kind: 'nothing' };
  const mode = stat.mode & 0o7777;
  if (stat.isSymbolicLink()) return { kind: 'link', target: fs.readlinkSync(file) };
  if (stat.isDirectory()) return { kind: 'folder', mode, names: fs.readdirSync(file) };
  if (!stat.isFile()) return { kind: 'other' };
  return { kind: 'file', mode, text: systemFiles.read(file, 1024 * 1024)?.bytes.toString('utf8') ?? '' };
}

function removeFolder(folder: string, whole: boolean): boolean {
  if (whole) fs.rmSync(folder, { recursive: true, force: true });
  else if (fs.existsSync(folder) && fs.readdirSync(folder).length === 0) fs.rmdirSync(folder);
  return !fs.existsSync(folder);
}
