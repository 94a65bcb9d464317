import type { Disk } from './disk.ts';
import { InstallError } from './errors.ts';
import type { Item, Judged, Verdict } from './items.ts';
import type { Manifest, ManifestItem } from './manifest.ts';
import { unitMark } from './unit.ts';

/** Compares items with what stands on the disk. Throws `foreign-file` where somebody else's thing has an item's place. */
export function judge(items: readonly Item[], disk: Disk, before: Manifest | undefined): readonly Judged[] {
  const ours = new Set(before?.items.map((item) => item.path));
  return items.map((item) => ({ item, verdict: verdictOf(item, disk, ours.has(item.path)) }));
}

function verdictOf(item: Item, disk: Disk, ours: boolean): Verdict {
  const standing = disk.look(item.path);
  if (standing.kind === 'nothing') return 'new';
  if (standing.kind !== item.kind) throw foreign(item.path, `a ${item.kind} is to stand there`);
  if (item.kind === 'folder') {
    if (standing.kind !== 'folder' || standing.mode === item.mode || !item.whole) return 'same';
    return 'changed';
  }
  if (item.kind === 'link') {
    if (standing.kind === 'link' && standing.target === item.target) return 'same';
    if (!ours) throw foreign(item.path, 'it leads elsewhere');
    return 'changed';
  }
  if (standing.kind !== 'file') return 'same';
  if (standing.text === item.text && standing.mode === item.mode) return 'same';
  if (item.owner === 'ours' && !ours && !standing.text.startsWith(unitMark)) {
    throw foreign(item.path, 'it was not laid down by Stopgap');
  }
  return 'changed';
}

function foreign(file: string, why: string): InstallError {
  return new InstallError('foreign-file', `${file} is there already, and ${why}; move it away, then try again`);
}

/**
 * Makes what is new or changed. `note` is called with all that has to be in the manifest, before each thing is made, so that
 * a kill leaves nothing that nobody knows of; only the folder that the manifest stands in, the first item, comes before it.
 */
export function lay(judged: readonly Judged[], disk: Disk, note: (added: readonly ManifestItem[]) => void): void {
  const added: ManifestItem[] = [];
  for (const [index, { item, verdict }] of judged.entries()) {
    if (verdict === 'new' || item.adopted) {
      added.push({
        kind: item.kind,
        path: item.path,
        ...(item.kind === 'folder' && item.whole ? { whole: true } : {}),
      });
    }
    if (index > 0) note(added);
    if (verdict !== 'same') make(item, disk);
  }
  note(added);
}

function make(item: Item, disk: Disk): void {
  if (item.kind === 'folder') disk.makeFolder(item.path, item.mode);
  else if (item.kind === 'link') disk.link(item.path, item.target);
  else disk.write(item.path, item.text, item.mode);
}
