import path from 'node:path';
import { type Files, MachineError } from '@stopgap/machine';

/** Files in memory, whose disk can be made to fail. */
export interface MemoryFiles extends Files {
  readonly contents: Map<string, Buffer>;
  /** Writes and removals that still succeed; the next one throws, and so do all after it. */
  remaining: number;
}

/** An empty disk of endless patience. */
export function memoryFiles(): MemoryFiles {
  const contents = new Map<string, Buffer>();
  const spend = (file: string) => {
    if (disk.remaining <= 0) throw new MachineError('file-unwritable', `cannot write ${file}: no space left on device`);
    disk.remaining -= 1;
  };
  const disk: MemoryFiles = {
    contents,
    remaining: Number.POSITIVE_INFINITY,
    read: (file, maxBytes = Number.POSITIVE_INFINITY) => {
      const bytes = contents.get(path.resolve(file));
      if (bytes && bytes.length > maxBytes) throw new MachineError('file-too-large', `${file} is too large`);
      return bytes && { bytes: Buffer.from(bytes), mode: 0o600, uid: 0, gid: 0 };
    },
    write: (file, bytes) => {
      spend(file);
      contents.set(path.resolve(file), Buffer.from(bytes));
    },
    remove: (file) => {
      spend(file);
      contents.delete(path.resolve(file));
    },
    makeFolder: () => {},
  };
  return disk;
}
