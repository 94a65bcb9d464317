import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isMainThread } from 'node:worker_threads';

/** A new folder for sockets, gone when the process has ended. */
export function socketFolder(): string {
  // Only a process may set it, and a run is a thread of its own; these sockets are nobody's.
  if (!isMainThread) process.umask = () => 0o022;
  const folder = mkdtempSync(path.join(tmpdir(), 'stopgap-fuzz-control-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
