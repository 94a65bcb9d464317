import { HostError } from '@stopgap/agent';
import { isSame, type Move } from '@stopgap/agent/rule-files';
import { type Files, MachineError } from '@stopgap/machine';
import { limits } from '../limits.ts';
import { readTree, type TreeSource } from '../syntax/read-tree.ts';
import { editLines, ourLines, stripLines } from './edit.ts';
import { lineKind } from './include-line.ts';
import { placeLines } from './placement.ts';

/**
 * Moves one of the admin's files from `from` to `to`, which differ in our lines only. Where the admin has changed it
 * meanwhile, just our lines are put in or taken out of what is there now. Twice is as good as once; a file
 * that is gone needs nothing. Throws `HostError` `changed-meanwhile` when it keeps changing, and `NginxConfigError`
 * when lines have to go into a configuration that cannot be read.
 */
export function moveLines(move: Move, source: TreeSource, sites: readonly string[] | undefined): void {
  source.folders.sweep(move.path);
  for (let attempt = 0; attempt < limits.editAttempts; attempt++) {
    const now = source.files.read(move.path, limits.fileBytes)?.bytes;
    if (!now) return;
    const wanted = wantedBytes(move, now, source, sites);
    if (wanted?.equals(now)) return;
    if (wanted && writeUnlessChanged(move.path, now, wanted, source.files)) return;
  }
  throw new HostError(
    'changed-meanwhile',
    `${move.path} changes again and again while our lines are put in or taken out; try again when its editing is done`,
  );
}

/** `undefined`: the file changed while the configuration was read. */
function wantedBytes(
  move: Move,
  now: Buffer,
  source: TreeSource,
  sites: readonly string[] | undefined,
): Buffer | undefined {
  if (move.to === null || move.from === null) return now;
  const to = Buffer.from(move.to.base64, 'base64');
  if (isSame(now, move.from) || now.equals(to)) return to;
  const text = now.toString('latin1');
  const kinds = kindsIn(to.toString('latin1'), source.folder);
  if (kinds.length === 0) {
    return Buffer.from(stripLines(text, source.folder), 'latin1');
  }
  const tree = readTree(source);
  const file = tree.files.get(source.folders.realPath(move.path) ?? '');
  if (!file) return now;
  if (file.text !== text) return undefined;
  const { edits } = placeLines(tree, { kinds, folder: source.folder, sites });
  const edit = edits.find((one) => one.file === file);
  return edit ? Buffer.from(editLines(text, edit, source.folder), 'latin1') : now;
}

function kindsIn(text: string, folder: string): readonly string[] {
  return [...new Set(ourLines(text, folder).flatMap((one) => lineKind(one, text, folder) ?? []))];
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
