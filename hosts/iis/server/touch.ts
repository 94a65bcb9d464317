import path from 'node:path';
import { type FileState, type Files, MachineError } from '@stopgap/machine';
import { limits } from '../limits.ts';
import type { Server } from './server.ts';
import { filesNaming } from './visit.ts';

/**
 * IIS watches `web.config` and `applicationHost.config`, but not the files that they name by `configSource`: after one of
 * those was changed, the file that names it is written again, byte for byte. What somebody saves meanwhile stays, and does as well.
 */
export function touchNaming(read: () => Server, changed: string, files: Files): void {
  if (/^(web|applicationhost)\.config$/i.test(path.basename(changed))) return;
  for (const file of filesNaming(read(), changed)) {
    const state = files.read(file, limits.fileBytes);
    if (state) writeAgain(file, state, files);
  }
}

function writeAgain(file: string, { bytes, mode }: FileState, files: Files): void {
  try {
    files.write(file, bytes, { mode, expected: bytes });
  } catch (error) {
    if (!(error instanceof MachineError) || error.code !== 'file-changed') throw error;
  }
}
