import path from 'node:path';
import { type Files, systemFolders } from '@stopgap/machine';

/** Removes the temporary files that the durable writer leaves in a folder when it is killed half way. */
export function sweepFolder(folder: string, files: Files): void {
  for (const name of systemFolders.list(folder) ?? []) {
    if (/^\..+\.[0-9a-f]{12}\.stopgap-tmp$/.test(name)) files.remove(path.join(folder, name));
  }
}
