import { type FSWatcher, statSync, watch } from 'node:fs';
import path from 'node:path';
import type { Files, Log } from '@stopgap/machine';

/** How often the file is looked at beside the kernel's notice: not all file systems (NFS, some mounts) give one. */
const pollMs = 1000;

/** Knows which version is out. */
export interface TimestampWatch {
  /** Version of the timestamp that is out; 0 when there is none that can be read. */
  readonly version: number;
  stop(): void;
}

/**
 * Watches `timestamp.json` in a metadata folder and calls `onVersion` for each new version, whoever published it. The
 * writer replaces the file by a rename, so the folder is what is watched; it may itself be replaced by another.
 */
export function watchTimestamp(
  metadata: string,
  files: Files,
  log: Log,
  onVersion: (version: number) => void,
): TimestampWatch {
  const file = path.join(metadata, 'timestamp.json');
  let version = readVersion(file, files);
  const look = () => {
    const now = readVersion(file, files);
    if (now === version || now === 0) return;
    version = now;
    onVersion(now);
  };
  let watched = watchFolder(metadata, log, look);
  const timer = setInterval(() => {
    if (watched.inode !== inodeOf(metadata)) {
      watched.watcher?.close();
      watched = watchFolder(metadata, log, look);
    }
    look();
  }, pollMs);
  return {
    get version() {
      return version;
    },
    stop: () => {
      clearInterval(timer);
      watched.watcher?.close();
    },
  };
}

interface Watched {
  readonly inode: number;
  readonly watcher?: FSWatcher;
}

function watchFolder(folder: string, log: Log, look: () => void): Watched {
  const inode = inodeOf(folder);
  const warn = (error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    log.warn('the metadata folder cannot be watched; it is looked at every second', { folder, reason });
  };
  try {
    const watcher = watch(folder, (_event, name) => {
      if (name === null || name === 'timestamp.json') look();
    });
    watcher.on('error', (error) => {
      warn(error);
      watcher.close();
    });
    return { inode, watcher };
  } catch (error) {
    warn(error);
    return { inode };
  }
}

/** Which folder it is; 0 when there is none. */
function inodeOf(folder: string): number {
  return statSync(folder, { throwIfNoEntry: false })?.ino ?? 0;
}

function readVersion(file: string, files: Files): number {
  try {
    const state = files.read(file, 64 * 1024);
    const version: unknown = state ? JSON.parse(state.bytes.toString('utf8'))?.signed?.version : 0;
    return typeof version === 'number' ? version : 0;
  } catch {
    return 0;
  }
}
