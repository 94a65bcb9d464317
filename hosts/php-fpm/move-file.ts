import { type FileChange, type FileContent, HostError } from '@stopgap/agent';
import type { Files, Folders } from '@stopgap/machine';
import { idleIn, markedPools, withMarks, withoutMarks } from './marks.ts';

/** Makes a change. Throws `HostError` `changed-meanwhile` where the file is not what was looked at. */
export function performFile(change: FileChange, files: Files, folders: Folders): void {
  const now = textOf(change.path, files);
  if (now === decoded(change.after)) return;
  if (now !== decoded(change.before)) {
    throw new HostError('changed-meanwhile', `${change.path} was changed after it was looked at; look again`);
  }
  write(change.path, decoded(change.after) ?? '', files, folders);
}

/** Takes a change back; in a file that somebody else has edited since, only our marks become what they were. */
export function undoFile(change: FileChange, files: Files, folders: Folders): void {
  const now = textOf(change.path, files);
  const before = decoded(change.before) ?? '';
  if (now === undefined || now === before) return;
  const restored =
    now === decoded(change.after) ? before : withMarks(withoutMarks(now), markedPools(before), idleIn(before));
  if (restored !== now) write(change.path, restored, files, folders);
}

function textOf(file: string, files: Files): string | undefined {
  return files.read(file)?.bytes.toString('latin1');
}

function decoded(content: FileContent | null): string | undefined {
  return content === null ? undefined : Buffer.from(content.base64, 'base64').toString('latin1');
}

/** Mode and owner stay. */
function write(file: string, text: string, files: Files, folders: Folders): void {
  files.write(file, Buffer.from(text, 'latin1'));
  folders.sweep(file);
}
