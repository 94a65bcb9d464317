import * as fs from 'node:fs';
import path from 'node:path';
import { AgentError } from './errors.ts';

/** Who may write to a file, as far as it says. */
export interface Ownership {
  readonly uid: number;
  readonly gid: number;
  /** Permission bits. */
  readonly mode: number;
}

/**
 * Refuses a file that decides what this process does as root, where somebody else could have written it, or could put another
 * in its place: such a user would be root. `accepted`: further users whose file it may be. Throws `untrusted-file`. On
 * Windows rights are not in these numbers, and nothing is refused.
 */
export function refuseUnsafeFile(file: string, found: Ownership, accepted: readonly number[] = []): void {
  if (process.platform === 'win32') return;
  const folder = path.dirname(path.resolve(file));
  const trusted = [0, process.getuid?.() ?? 0, ...accepted];
  const above = fs.statSync(folder, { throwIfNoEntry: false });
  for (const [place, ownership] of [[file, found] as const, ...(above ? [[folder, above] as const] : [])]) {
    const why = changeableBy(ownership, trusted);
    if (why === undefined) continue;
    throw new AgentError(
      'untrusted-file',
      `${place} ${why}, who would decide what is done here as root; look at what is in ${file}, then: chown root ${place} && chmod go-w ${place}`,
    );
  }
  refuseOpenWay(folder);
}

/** Above the folder: where everybody may rename what is there, everybody may put another folder in its place. */
function refuseOpenWay(folder: string): void {
  let place = fs.existsSync(folder) ? fs.realpathSync(folder) : folder;
  while (place !== path.dirname(place)) {
    place = path.dirname(place);
    const mode = fs.statSync(place, { throwIfNoEntry: false })?.mode ?? 0;
    if ((mode & 0o1002) !== 0o002) continue;
    throw new AgentError(
      'untrusted-file',
      `everybody can rename what is in ${place}, and so decide what is done here as root; look at what is in ${folder}, then: chmod o-w ${place}`,
    );
  }
}

/**
 * Refuses a state folder in which somebody else can put files: the journal and its copy say what is changed, and what was verified
 * is believed. Not even where the sticky bit is set: what is not there yet anybody may add. Throws `untrusted-file`.
 */
export function refuseUnsafeFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const found = fs.statSync(folder, { throwIfNoEntry: false });
  const why = found && changeableBy({ ...found, mode: found.mode & 0o777 }, [0, process.getuid?.() ?? 0]);
  if (why !== undefined) {
    throw new AgentError(
      'untrusted-file',
      `${folder} ${why}, who would decide what is done here as root; name another folder with --state-dir, or look at what is in it, then: chown root ${folder} && chmod go-w ${folder}`,
    );
  }
  refuseOpenWay(folder);
}

/** Where the sticky bit is set, everybody may add files, but nobody may replace another's. */
function changeableBy({ uid, gid, mode }: Ownership, trusted: readonly number[]): string | undefined {
  const sticky = (mode & fs.constants.S_IFMT) === fs.constants.S_IFDIR && (mode & 0o1000) !== 0;
  if (!trusted.includes(uid)) return `belongs to the user ${uid}`;
  if (sticky) return undefined;
  if ((mode & 0o002) !== 0) return 'can be written by everybody';
  return (mode & 0o020) !== 0 && gid !== 0 && gid !== process.getgid?.()
    ? `can be written by the group ${gid}`
    : undefined;
}
