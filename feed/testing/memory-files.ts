import path from 'node:path';
import { MachineError } from '@stopgap/machine';
import { type FailingFiles, failingFiles } from './failing-files.ts';

/** Files in memory, whose disk can be made to fail. */
export interface MemoryFiles extends FailingFiles {
  readonly contents: Map<string, Buffer>;
}

/** An empty disk. */
export function memoryFiles(): MemoryFiles {
  const contents = new Map<string, Buffer>();
  const disk = failingFiles({
    read: (file, maxBytes = Number.POSITIVE_INFINITY) => {
      const bytes = contents.get(path.resolve(file));
      if (bytes && bytes.length > maxBytes) throw new MachineError('file-too-large', `${file} is too large`);
      return bytes && { bytes: Buffer.from(bytes), mode: 0o600, uid: 0, gid: 0 };
    },
    write: (file, bytes) => {
      contents.set(path.resolve(file), Buffer.from(bytes));
    },
    remove: (file) => {
      contents.delete(path.resolve(file));
    },
    makeFolder: () => {},
  });
  return Object.assign(disk, { contents });
}
