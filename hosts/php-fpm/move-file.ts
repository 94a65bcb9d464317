import { type FileChange, type FileContent, HostError } from '@stopgap/agent';
import { type Files, type Folders, MachineError } from '@stopgap/machine';
import { idleIn, markedPools, withMarks, withoutMarks } from './marks.ts';

/** Makes a change. Throws `HostError` `changed-meanwhile` where the file is not what was looked at. */
export function performFile(change: FileChange, files: Files, folders: Folders): void {
  const now = textOf(change.path, files);
  if (now === decoded(change.after)) return;
  if (now !== decoded(change.before)) {
    throw new HostError('changed-meanwhile', `${change.path} was changed after it was looked at; look again`);
  }
  if (writeUnlessChanged(change.path, now ?? '', decoded(change.after) ?? '', files, folders)) return;
  throw new HostError('changed-meanwhile', `${change.path} was changed in the moment of its change; look again`);
}

/** Times that a change is taken back anew because the file changed underneath. */
const attempts = 5;

/** Takes a change back; in a file that somebody else has edited since, only our marks become what they were. */
export function undoFile(change: FileChange, files: Files, folders: Folders): void {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const now = textOf(change.path, files);
    const before = decoded(change.before) ?? '';
    if (now === undefined || now === before) return;
    const restored =
      now === decoded(change.after) ? before : withMarks(withoutMarks(now), markedPools(before), idleIn(before));
    if (restored === now || writeUnlessChanged(change.path, now, restored, files, folders)) return;
  }
  throw new HostError(
    'changed-meanwhile',
    `${change.path} changes again and again while our part is taken out; try again when its editing is done`,
  );
}

function textOf(file: string, files: Files): string | undefined {
  return files.read(file)?.bytes.toString('latin1');
}

function decoded(content: FileContent | null): string | undefined {
  return content === null ? undefined : Buffer.from(content.base64, 'base64').toString('latin1');
}

/** Mode and owner stay. Compares just before it replaces: an admin's editor may have saved since we looked. */
function writeUnlessChanged(file: string, now: string, text: string, files: Files, folders: Folders): boolean {
  try {
    files.write(file, Buffer.from(text, 'latin1'), { expected: Buffer.from(now, 'latin1') });
    folders.sweep(file);
    return true;
  } catch (error) {
    if (error instanceof MachineError && error.code === 'file-changed') return false;
    throw error;
  }
}
