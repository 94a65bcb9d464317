import { type Files, MachineError } from '@stopgap/machine';

/** A disk on which writing ends. */
export interface FailingFiles extends Files {
  /** Writes and removals that still succeed; all after them throw. */
  remaining: number;
}

/** The same files, until `remaining` is used up; endless at first. */
export function failingFiles(files: Files): FailingFiles {
  const spend = (file: string) => {
    if (disk.remaining <= 0) throw new MachineError('file-unwritable', `cannot write ${file}: no space left on device`);
    disk.remaining -= 1;
  };
  const disk: FailingFiles = {
    ...files,
    remaining: Number.POSITIVE_INFINITY,
    write: (file, bytes, options) => {
      spend(file);
      files.write(file, bytes, options);
    },
    remove: (file) => {
      spend(file);
      files.remove(file);
    },
  };
  return disk;
}
