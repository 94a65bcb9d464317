import type { FileContent } from '@stopgap/agent';
import { HostError } from '@stopgap/agent';
import type { Files, Folders } from '@stopgap/machine';
import { inspectOwnFile } from './own-file.ts';

/** One file's way from one content to another; `null`: no file. */
export interface Move {
  readonly path: string;
  readonly from: FileContent | null;
  readonly to: FileContent | null;
  /** Taking a change back. */
  readonly undoing: boolean;
}

/**
 * Moves our file from `from` to `to`. Twice is as good as once. What somebody changed in it is overwritten, as its first
 * line says; a stranger's file in its place stays. Throws `HostError` `changed-meanwhile`.
 */
export function moveOwnFile(move: Move, files: Files, folders: Folders): void {
  folders.sweep(move.path);
  if (!needsMove(move, files)) return;
  if (move.to === null) files.remove(move.path);
  else files.write(move.path, Buffer.from(move.to.base64, 'base64'), { mode: move.to.mode });
}

function needsMove(move: Move, files: Files): boolean {
  const now = files.read(move.path)?.bytes;
  if (isSame(now, move.to)) return false;
  if (isSame(now, move.from)) return true;
  const found = inspectOwnFile(now);
  if (found.kind === 'foreign') {
    if (move.undoing && move.to === null) return false;
    throw new HostError(
      'changed-meanwhile',
      `${move.path} was replaced by a file that Stopgap did not write; move it away, or set "file" of the apache host`,
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
