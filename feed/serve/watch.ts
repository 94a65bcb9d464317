import { type FSWatcher, watch } from 'node:fs';
import path from 'node:path';
import type { Files, Log } from '@stopgap/machine';

/** How often the file is looked at beside the kernel's notice: not all file systems (NFS, some mounts) give one. */
const pollMs = 1000;

export interface TimestampWatch {
  /** Version of the timestamp that is out; 0 when there is none that can be read. */
  readonly version: number;
  stop(): void;
}

/**
 * Watches `timestamp.json` in a metadata folder and calls `onVersion` for each new version, whoever published it. The
 * writer replaces the file by a rename, so the folder is what is watched.
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
  const timer = setInterval(look, pollMs);
  const watcher = watchFolder(metadata, log, look);
  return {
    get version() {
      return version;
    },
    stop: () => {
      clearInterval(timer);
      watcher?.close();
    },
  };
}

function watchFolder(folder: string, log: Log, look: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, (_event, name) => {
      if (name === null || name === 'timestamp.json') look();
    });
    watcher.on('error', (error) => {
      log.warn('the metadata folder cannot be watched any more; it is looked at every second', {
        reason: error.message,
      });
      watcher.close();
    });
    return watcher;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log.warn('the metadata folder cannot be watched; it is looked at every second', { folder, reason });
    return undefined;
  }
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
