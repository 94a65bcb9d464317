import path from 'node:path';
import { HostError } from '@stopgap/agent';
import { type Files, type Folders, joinInside, MachineError } from '@stopgap/machine';

/**
 * Where our masks stand: the folder that systemd reads before all others, and that outlives a reboot (systemd.unit(5)). A
 * mask there beats unit files wherever they are, links and generated ones included, and touches none of them; what an
 * administrator masks, enables or links stands elsewhere, so that neither takes the other's for its own.
 */
export const maskFolder = '/etc/systemd/system.control';

/** `ours`: an empty file, which systemd takes for a mask. `foreign`: something else that bears this name. */
export type MaskPresence = 'none' | 'ours' | 'foreign';

/** Our masks, as files. */
export interface Masks {
  look(unit: string): MaskPresence;
  put(unit: string): void;
  /** Removes ours, and the folder with the last. */
  remove(unit: string): void;
}

/** Masks on this machine. Throws `HostError` `access-denied` where the agent may not write, `MachineError` for other troubles with files. */
export function masksOn(files: Files, folders: Folders): Masks {
  const look = (unit: string) => presence(joinInside(maskFolder, unit), files, folders);
  return {
    look: (unit) => speaking(() => look(unit)),
    put: (unit) =>
      speaking(() => {
        if (look(unit) === 'foreign') throw foreign(unit);
        if (look(unit) === 'ours') return;
        files.makeFolder(maskFolder, 0o755);
        files.write(joinInside(maskFolder, unit), '', { mode: 0o644 });
        folders.sweep(joinInside(maskFolder, unit));
      }),
    remove: (unit) =>
      speaking(() => {
        const file = joinInside(maskFolder, unit);
        if (look(unit) === 'ours') files.remove(file);
        folders.sweep(file);
        folders.removeEmpty(maskFolder);
      }),
  };
}

function presence(file: string, files: Files, folders: Folders): MaskPresence {
  const folder = folders.realPath(maskFolder);
  const name = path.posix.basename(file);
  if (folder === undefined || !folders.list(maskFolder)?.includes(name)) return 'none';
  // A link is nothing of ours, and writing through it would reach who knows where.
  if (folders.realPath(file) !== path.posix.join(folder, name)) return 'foreign';
  return files.read(file)?.bytes.length === 0 ? 'ours' : 'foreign';
}

function foreign(unit: string): HostError {
  return new HostError('changed-meanwhile', `${foreignText(unit)}; nothing was changed`);
}

/** What is said of something in the mask's place that is not a mask of ours. */
export function foreignText(unit: string): string {
  return `${path.posix.join(maskFolder, unit)} is there and is not a mask of ours; move it away, then systemctl daemon-reload`;
}

function speaking<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof MachineError) || !denied(error.cause)) throw error;
    throw new HostError('access-denied', error.message, error);
  }
}

function denied(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && ['EACCES', 'EPERM', 'EROFS'].includes(String(cause.code));
}
