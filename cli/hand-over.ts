import path from 'node:path';
import { mostBundleBytes } from '@stopgap/agent';
import { systemFiles, systemFolders } from '@stopgap/machine';
import { CliError } from './exit.ts';

/**
 * Copies a bundle to where the service can read it: its sandbox may hide sticks and other people's folders. Answers where it is; the
 * caller removes it. What commands left there that were ended meanwhile goes. Throws `CliError` where there is no such file.
 */
export function handOver(name: string, stateFolder: string): string {
  const found = systemFiles.read(name, mostBundleBytes);
  if (!found) throw new CliError(`${name}: there is no such file`);
  const folder = path.resolve(stateFolder);
  sweep(folder);
  const file = path.join(folder, `incoming-${process.pid}.bundle`);
  systemFiles.write(file, found.bytes, { mode: 0o600 });
  return file;
}

function sweep(folder: string): void {
  for (const name of systemFolders.list(folder) ?? []) {
    const pid = /^\.?incoming-(\d{1,10})\.bundle(?:\.[0-9a-f]{12}\.stopgap-tmp)?$/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) systemFiles.remove(path.join(folder, name));
  }
}

/** One of another user cannot be signalled, and runs. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
