import * as fs from 'node:fs';
import path from 'node:path';
import type { HostFacts, PlaceFacts, StateFacts } from './facts.ts';

/** What is asked of a disk; passed in, so that tests decide what it answers. */
export interface DiskProbe {
  exists(file: string): boolean;
  /** Whether this process may write there, mounts considered. */
  writable(folder: string): boolean;
  /** `undefined`: cannot be told. */
  freeBytes(folder: string): number | undefined;
  /** `undefined`: nothing is there. */
  owner(folder: string): { readonly mode: number; readonly uid: number } | undefined;
}

/** The disks of this machine. */
export const systemProbe: DiskProbe = {
  exists: (file) => fs.existsSync(file),
  writable: (folder) => succeeds(() => fs.accessSync(folder, fs.constants.W_OK)),
  freeBytes: (folder) => {
    try {
      const { bavail, bfree, bsize } = fs.statfsSync(folder);
      return (process.geteuid?.() === 0 ? bfree : bavail) * bsize;
    } catch {
      return undefined;
    }
  },
  owner: (folder) => {
    const stat = fs.statSync(folder, { throwIfNoEntry: false });
    return stat && { mode: stat.mode & 0o7777, uid: stat.uid };
  },
};

function succeeds(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

/** Every folder that hosts and the agent itself write to, looked at. */
export function placesOf(stateFolder: string, hosts: readonly HostFacts[], probe: DiskProbe): readonly PlaceFacts[] {
  const own = { folder: stateFolder, why: 'the agent: journal and configuration', ours: true };
  const theirs = hosts.flatMap(({ name, survey }) =>
    typeof survey === 'string'
      ? []
      : (survey.writes ?? []).map(({ folder, why, ours = false }) => ({ folder, why: `${name}: ${why}`, ours })),
  );
  const all = new Map([own, ...theirs].map((place) => [place.folder, place]));
  return [...all.values()].map((place) => {
    const exists = probe.exists(place.folder);
    // What is not there yet is made in the next folder above that is.
    const standing = exists ? place.folder : above(place.folder, probe);
    return {
      ...place,
      exists,
      writable: probe.writable(exists || place.ours ? standing : place.folder),
      freeBytes: probe.freeBytes(standing),
    };
  });
}

function above(folder: string, probe: DiskProbe): string {
  const parent = path.dirname(folder);
  return parent === folder || probe.exists(parent) ? parent : above(parent, probe);
}

/** The state folder, looked at. */
export function stateFactsOf(folder: string, probe: DiskProbe): StateFacts {
  const owner = probe.owner(folder);
  const known = process.platform === 'win32' ? undefined : owner;
  return { folder, exists: owner !== undefined, mode: known?.mode, uid: known?.uid };
}
