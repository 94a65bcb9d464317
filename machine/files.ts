import type { Stats } from 'node:fs';
import path from 'node:path';
import { MachineError } from './errors.ts';
import { fs } from './node.ts';

export { MachineError };

/** What a file is, as far as putting it back is concerned. */
export interface FileState {
  readonly bytes: Buffer;
  /** Permission bits, e.g. 0o644. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** Mode and owner of a file that is written. */
export interface WriteOptions {
  /** Permission bits of a new file; an existing file keeps its own unless given. Default 0o600. */
  readonly mode?: number;
  /** Owner of the result; an existing file keeps its own unless given. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /**
   * Write only while the file holds these bytes, looked at as late as can be: when all is written and nothing is left to do
   * but the rename. Else `file-changed` is thrown, and what somebody else has saved meanwhile stays.
   */
  readonly expected?: Uint8Array;
}

/**
 * The one reader and writer of durable files. Synchronous: the agent changes one thing at a time, and a step either has
 * reached the disk when the call returns or has thrown.
 */
export interface Files {
  /** Contents and metadata, or `undefined` when there is no such file. Throws `file-too-large` above `maxBytes`. */
  read(file: string, maxBytes?: number): FileState | undefined;
  /** Replaces the file in one step: temp in the same folder, fsync, rename, fsync of the folder. Follows a symlink to its target. */
  write(file: string, bytes: string | Uint8Array, options?: WriteOptions): void;
  /** Removes the file durably; no error when it is not there. */
  remove(file: string): void;
  /** Creates the folder and its parents. Default mode 0o700. */
  makeFolder(folder: string, mode?: number): void;
}

const defaultMaxBytes = 16 * 1024 * 1024;

/** The calls of the operating system by which files are read and written; a test makes any of them fail. */
export type FileOperations = Pick<
  typeof fs,
  | 'openSync'
  | 'closeSync'
  | 'fstatSync'
  | 'statSync'
  | 'lstatSync'
  | 'readFileSync'
  | 'writeFileSync'
  | 'fchownSync'
  | 'fchmodSync'
  | 'fsyncSync'
  | 'renameSync'
  | 'rmSync'
  | 'mkdirSync'
  | 'chmodSync'
  | 'realpathSync'
>;

/** Files over these calls. */
export function filesOver(io: FileOperations): Files {
  return {
    read: (file, maxBytes) => read(io, file, maxBytes),
    write: (file, bytes, options) => write(io, file, bytes, options),
    remove: (file) => remove(io, file),
    makeFolder: (folder, mode) => makeFolder(io, folder, mode),
  };
}

/** Files of this machine. */
export const systemFiles: Files = filesOver(fs);

/** A named pipe that somebody put there must not keep us waiting for its other end. Windows has no such flag. */
const readOnly = fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0);

function read(io: FileOperations, file: string, maxBytes = defaultMaxBytes): FileState | undefined {
  let fd: number;
  try {
    fd = io.openSync(file, readOnly);
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return undefined;
    throw new MachineError('file-unreadable', `cannot read ${file}: ${reason(error)}`, error);
  }
  try {
    const stat = io.fstatSync(fd);
    if (!stat.isFile()) throw new MachineError('file-unreadable', `cannot read ${file}: it is not a regular file`);
    if (stat.size > maxBytes) {
      throw new MachineError('file-too-large', `${file} has ${stat.size} bytes; at most ${maxBytes} are read`);
    }
    return { bytes: io.readFileSync(fd), mode: stat.mode & 0o7777, uid: stat.uid, gid: stat.gid };
  } finally {
    io.closeSync(fd);
  }
}

function write(io: FileOperations, file: string, bytes: string | Uint8Array, options: WriteOptions = {}): void {
  const target = followLink(io, file);
  const folder = path.dirname(target);
  const temp = path.join(
    folder,
    `.${path.basename(target)}.${Buffer.from(crypto.getRandomValues(new Uint8Array(6))).toString('hex')}.stopgap-tmp`,
  );
  try {
    const before = statOrUndefined(io, target);
    const mode = options.mode ?? (before ? before.mode & 0o7777 : 0o600);
    const owner = options.owner ?? before;
    const fd = io.openSync(temp, 'wx', 0o600);
    try {
      io.writeFileSync(fd, bytes);
      if (owner && process.getuid?.() === 0) io.fchownSync(fd, owner.uid, owner.gid);
      io.fchmodSync(fd, mode);
      io.fsyncSync(fd);
    } finally {
      io.closeSync(fd);
    }
    if (options.expected) refuseChanged(io, target, options.expected);
    io.renameSync(temp, target);
    syncFolder(io, folder);
  } catch (error) {
    discard(io, temp);
    if (error instanceof MachineError) throw error;
    throw new MachineError('file-unwritable', `cannot write ${file}: ${reason(error)}`, error);
  }
}

function refuseChanged(io: FileOperations, file: string, expected: Uint8Array): void {
  if (read(io, file)?.bytes.equals(expected)) return;
  throw new MachineError('file-changed', `${file} was changed by somebody while it was to be replaced; theirs stays`);
}

/** What cannot be discarded now is swept before the next write of the same file (`Folders.sweep`). */
function discard(io: FileOperations, temp: string): void {
  try {
    io.rmSync(temp, { force: true });
  } catch {
    // The reason why the write failed is what matters.
  }
}

function remove(io: FileOperations, file: string): void {
  try {
    io.rmSync(file, { force: true });
    syncFolder(io, path.dirname(file));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw new MachineError('file-unwritable', `cannot remove ${file}: ${reason(error)}`, error);
  }
}

/** One by one, since Node's own recursion never ends where a folder cannot be made although its parent is there, as in /proc. */
function makeFolder(io: FileOperations, folder: string, mode = 0o700): void {
  const missing: string[] = [];
  try {
    for (let at = path.resolve(folder); !statOrUndefined(io, at); at = path.dirname(at)) missing.unshift(at);
    for (const one of missing) makeOneFolder(io, one, mode);
    if (!io.statSync(folder).isDirectory()) throw new Error('there is a file of that name');
  } catch (error) {
    throw new MachineError('file-unwritable', `cannot create the folder ${folder}: ${reason(error)}`, error);
  }
}

/** Somebody else may have made it meanwhile. Whatever the umask is: what others are to read, they can read. */
function makeOneFolder(io: FileOperations, folder: string, mode: number): void {
  try {
    io.mkdirSync(folder, { mode });
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return;
    throw error;
  }
  io.chmodSync(folder, mode);
}

/** A rename is durable only once its folder is. Windows has no such call and needs none. */
function syncFolder(io: FileOperations, folder: string): void {
  if (process.platform === 'win32') return;
  const fd = io.openSync(folder, 'r');
  try {
    io.fsyncSync(fd);
  } finally {
    io.closeSync(fd);
  }
}

function followLink(io: FileOperations, file: string): string {
  refusePlantedLink(io, file);
  try {
    return io.realpathSync(file);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return file;
    throw error;
  }
}

/**
 * A link that another user put where everybody may write, say in `/tmp`, does not decide which file is replaced. So does the
 * kernel for whoever opens a file (fs.protected_symlinks); here a file is renamed.
 */
function refusePlantedLink(io: FileOperations, file: string): void {
  const link = io.lstatSync(file, { throwIfNoEntry: false });
  if (!link?.isSymbolicLink() || process.platform === 'win32') return;
  const folder = io.statSync(path.dirname(path.resolve(file)));
  if ((folder.mode & 0o002) === 0 || link.uid === process.geteuid?.() || link.uid === folder.uid) return;
  throw new MachineError(
    'file-unwritable',
    `${file} is a link of the user ${link.uid} in a folder where everybody may write, and is not followed; remove it, or name another file`,
  );
}

function statOrUndefined(io: FileOperations, file: string): Stats | undefined {
  return io.statSync(file, { throwIfNoEntry: false });
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Joins a name that came from outside (a feed, a request) to a folder, refusing what would leave it.
 * Throws `path-outside-folder`.
 */
export function joinInside(folder: string, name: string): string {
  const joined = path.resolve(folder, name);
  const inside = path.relative(path.resolve(folder), joined);
  if (name.includes('\0') || inside === '' || inside.startsWith('..') || path.isAbsolute(inside)) {
    throw new MachineError('path-outside-folder', `${JSON.stringify(name)} would leave the folder ${folder}`);
  }
  return joined;
}
