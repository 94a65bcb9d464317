import { HostError } from '@stopgap/agent';
import type { Move } from '@stopgap/agent/rule-files';
import { type Files, type Folders, MachineError } from '@stopgap/machine';
import { limits } from '../limits.ts';
import { includedFiles, withLine, withoutLine } from './include-line.ts';

/**
 * Moves the admin's main file from `from` to `to`, which differ in our line only. Where the admin has changed it meanwhile,
 * just our line is put in or taken out of what is there now. Twice is as good as once; a file that is gone needs
 * nothing. Throws `HostError` `changed-meanwhile` when it keeps changing.
 */
export function moveLine(move: Move, files: Files, folders: Folders): void {
  folders.sweep(move.path);
  for (let attempt = 0; attempt < limits.editAttempts; attempt++) {
    const now = files.read(move.path, limits.fileBytes)?.bytes;
    if (!now || move.from === null || move.to === null) return;
    const wanted = wantedBytes(move, now);
    if (wanted.equals(now)) return;
    if (writeUnlessChanged(move.path, now, wanted, files)) return;
  }
  throw new HostError(
    'changed-meanwhile',
    `${move.path} changes again and again while our line is put in or taken out; try again when its editing is done`,
  );
}

/** Compares just before it replaces: an admin's editor may have saved since we looked. */
function writeUnlessChanged(file: string, now: Buffer, wanted: Buffer, files: Files): boolean {
  try {
    files.write(file, wanted, { expected: now });
    return true;
  } catch (error) {
    if (error instanceof MachineError && error.code === 'file-changed') return false;
    throw error;
  }
}

function wantedBytes({ from, to }: Move, now: Buffer): Buffer {
  const [before, after] = [bytesOf(from), bytesOf(to)];
  if (now.equals(before) || now.equals(after)) return after;
  const [text, old, next] = [now, before, after].map((bytes) => bytes.toString('latin1'));
  const gone = includedFiles(old).filter((file) => !includedFiles(next).includes(file));
  const come = includedFiles(next).filter((file) => !includedFiles(old).includes(file));
  const without = gone.reduce(withoutLine, text ?? '');
  return Buffer.from(come.reduce(withLine, without), 'latin1');
}

function bytesOf(content: Move['to']): Buffer {
  return Buffer.from(content?.base64 ?? '', 'base64');
}
