import path from 'node:path';
import type { Files, Folders } from '@stopgap/machine';
import { type FileChange, type FileContent, HostError } from '../host.ts';
import { inspectOwnFile } from './own-file.ts';

/** One file's way from one content to another; `null`: no file. */
export interface Move {
  readonly path: string;
  readonly from: FileContent | null;
  readonly to: FileContent | null;
  /** Taking a change back. */
  readonly undoing: boolean;
}

/** What a host says of where its files stand. */
export interface OwnPlace {
  /** The setting that has them stand elsewhere, e.g. `"folder" of the nginx host`. */
  readonly setting: string;
  /** Their folder is ours too: made with the first of them, removed with the last. */
  readonly ownFolder: boolean;
}

/** The way of a change, there or back. */
export function moveOf({ path: file, before, after }: FileChange, undoing: boolean): Move {
  return undoing ? { path: file, from: after, to: before, undoing } : { path: file, from: before, to: after, undoing };
}

/** Whether a change is of a file that is all ours. Any other is of the admin's, with lines of ours in it. */
export function isOurs({ before, after }: FileChange): boolean {
  const contents = [before, after].flatMap((one) => (one ? [Buffer.from(one.base64, 'base64')] : []));
  return contents.some((bytes) => inspectOwnFile(bytes).kind === 'ours');
}

/**
 * Moves one of our own files from `from` to `to`. Twice is as good as once. What somebody changed in a file of ours is
 * overwritten, as its first line says; a stranger's file in its place stays. Throws `HostError` `changed-meanwhile`.
 */
export function moveOwnFile(move: Move, files: Files, folders: Folders, place: OwnPlace): void {
  const folder = path.dirname(move.path);
  folders.sweep(move.path);
  if (needsMove(move, files, place)) {
    if (move.to && place.ownFolder) files.makeFolder(folder, 0o755);
    if (move.to) files.write(move.path, Buffer.from(move.to.base64, 'base64'), { mode: move.to.mode });
    else files.remove(move.path);
  }
  if (move.to === null && place.ownFolder) folders.removeEmpty(folder);
}

function needsMove(move: Move, files: Files, { setting }: OwnPlace): boolean {
  const now = files.read(move.path)?.bytes;
  if (isSame(now, move.to)) return false;
  if (isSame(now, move.from)) return true;
  const found = inspectOwnFile(now);
  if (found.kind === 'foreign') {
    if (move.undoing && move.to === null) return false;
    throw new HostError(
      'changed-meanwhile',
      `${move.path} was replaced by a file that Stopgap did not write; move it away, or set ${setting}`,
    );
  }
  // Another generation of ours, and this change was never made: there is nothing to take back.
  return !(move.undoing && found.kind === 'ours' && found.intact);
}

/** Whether a file's bytes are those of a recorded content; both may be absent. */
export function isSame(now: Uint8Array | undefined, content: FileContent | null): boolean {
  if (!now || content === null) return !now && content === null;
  return Buffer.from(content.base64, 'base64').equals(now);
}
