import path from 'node:path';
import type { Disk, Ownership } from './disk.ts';
import { InstallError } from './errors.ts';

/** The program that the service runs: this checkout, on the Node that it pins. */
export interface Program {
  /** Absolute, with links followed. */
  readonly checkout: string;
  readonly node: string;
  /** Arguments of Node in front of the script. */
  readonly flags: readonly string[];
  /** Loads what the agent loads and ends, so that it is in the compile cache. */
  readonly warm: string;
  readonly run: string;
  /** The command for people. */
  readonly command: string;
}

/** A service that waits most of its life keeps little garbage around and no code compiled for speed (see `bin/stopgap`). */
const flags = ['--max-semi-space-size=1', '--no-opt', '--no-maglev', '--disable-warning=ExperimentalWarning'];

/** The program in a checkout. Pure. */
export function programIn(checkout: string, platform: NodeJS.Platform): Program {
  const at = (...parts: string[]) => path.join(checkout, ...parts);
  const binary = platform === 'win32' ? 'node.exe' : 'node';
  return {
    checkout,
    node: at('node_modules', 'node', 'bin', binary),
    flags,
    warm: at('cli', 'warm.ts'),
    run: at('cli', 'run.ts'),
    command: at('bin', 'stopgap'),
  };
}

/**
 * Refuses a program that somebody other than root may change, in whole or in part, the folders above it included: the service runs
 * it as root. `accepted`: a user id that the administrator has named. Throws `untrusted-program`.
 */
export function refuseUntrusted(program: Program, disk: Disk, accepted: number | undefined): void {
  const refuse = (file: string, ownership: Ownership | undefined) => {
    const why = ownership && changeableBy(ownership, accepted);
    if (why === undefined) return;
    throw new InstallError(
      'untrusted-program',
      `${file} ${why}, and the service would run it as root; put the checkout where only root may write (say, /opt/stopgap: chown -R root: and chmod -R go-w), or name its owner with --accept-owner UID`,
    );
  };
  for (const file of [...above(program.checkout), program.node]) refuse(file, disk.ownership(file));
  for (const { path: file, ...ownership } of disk.below(program.checkout)) refuse(file, ownership);
}

function above(folder: string): readonly string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [folder] : [...above(parent), folder];
}

function changeableBy({ uid, gid, mode }: Ownership, accepted: number | undefined): string | undefined {
  const sticky = (mode & 0o1000) !== 0;
  if ((mode & 0o002) !== 0 && !sticky) return 'can be written by everybody';
  if (uid !== 0 && uid !== accepted) return `belongs to the user ${uid}`;
  if ((mode & 0o020) !== 0 && gid !== 0 && accepted === undefined) return `can be written by the group ${gid}`;
  return undefined;
}
