import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A cgroup (version 2) made for one test host: what systemd makes in it stays below it. */
export interface HostCgroup {
  readonly folder: string;
  /** Removes it and all below it once their processes have ended; throws when they have not after five seconds. */
  remove(): Promise<void>;
}

const prefix = 'stopgap-test-host';

/**
 * Makes a cgroup for a host of this process at the root of the machine's cgroup2 hierarchy, wherever it is mounted, and
 * removes those that killed processes left behind.
 */
export function makeCgroup(): HostCgroup {
  const hierarchy = cgroup2Mount();
  sweep(hierarchy);
  const folder = path.join(hierarchy, `${prefix}-${process.pid}-${randomBytes(4).toString('hex')}`);
  mkdirSync(folder);
  return { folder, remove: () => remove(folder) };
}

function sweep(hierarchy: string): void {
  for (const name of readdirSync(hierarchy)) {
    const owner = new RegExp(`^${prefix}-(\\d+)-`).exec(name)?.[1];
    if (owner === undefined || existsSync(`/proc/${owner}`)) continue;
    try {
      removeTree(path.join(hierarchy, name));
    } catch {
      // Its last processes are still ending, or another test run is sweeping too: the next one gets it.
    }
  }
}

function cgroup2Mount(): string {
  // proc(5), mountinfo: the mount point is field 5; the type follows the hyphen.
  for (const line of readFileSync('/proc/self/mountinfo', 'utf8').split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    if (after.startsWith('cgroup2 ')) return before.split(' ')[4] ?? '';
  }
  throw new Error('test host: no cgroup2 file system is mounted; run: mount -t cgroup2 none /sys/fs/cgroup');
}

async function remove(folder: string): Promise<void> {
  const deadline = performance.now() + 5000;
  for (;;) {
    try {
      removeTree(folder);
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await delay(20);
    }
  }
}

/** In a cgroup only folders can be removed, from the leaves up; each takes its files with it. */
function removeTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeTree(path.join(folder, entry.name));
  }
  rmdirSync(folder);
}
