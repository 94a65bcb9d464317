import * as fs from 'node:fs';
import path from 'node:path';
import { MachineError } from './errors.ts';

/** What stands in folders and where links lead, for whoever edits trees of other people's files. */
export interface Folders {
  /** Names in the folder, in no order, without `.` and `..`; `undefined` when it is not there or no folder. */
  list(folder: string): readonly string[] | undefined;
  /** The path with every link in it followed; `undefined` when nothing is there. */
  realPath(file: string): string | undefined;
  /** Removes the folder if nothing is in it; no error when it is not there or not empty, or is a mount (of a service's sandbox). */
  removeEmpty(folder: string): void;
  /** Removes what `Files.write` leaves beside `file` when it is killed half way. */
  sweep(file: string): void;
}

/** Folders of this machine. */
export const systemFolders: Folders = { list, realPath, removeEmpty, sweep };

function list(folder: string): readonly string[] | undefined {
  return unlessMissing(folder, () => fs.readdirSync(folder));
}

function realPath(file: string): string | undefined {
  return unlessMissing(file, () => fs.realpathSync(file));
}

function removeEmpty(folder: string): void {
  try {
    fs.rmdirSync(folder);
  } catch (error) {
    if (['ENOENT', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EBUSY', 'EROFS'].includes(codeOf(error))) return;
    throw new MachineError('file-unwritable', `cannot remove the folder ${folder}: ${reason(error)}`, error);
  }
}

function sweep(file: string): void {
  const folder = path.dirname(file);
  for (const name of list(folder) ?? []) {
    if (isLeftover(name, path.basename(file))) fs.rmSync(path.join(folder, name), { force: true });
  }
}

/** As `Files.write` names its temporary files. */
function isLeftover(name: string, file: string): boolean {
  return name.startsWith(`.${file}.`) && /^[0-9a-f]{12}\.stopgap-tmp$/.test(name.slice(file.length + 2));
}

function unlessMissing<T>(file: string, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return undefined;
    throw new MachineError('file-unreadable', `cannot read ${file}: ${reason(error)}`, error);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
