import type { Files } from '@stopgap/machine';

/** Kept free for the files of the feed, the journal and the standard streams. */
const reserve = 500;

/**
 * How many connections this process can hold and still open a file: what the kernel allows (proc(5), `Max open files`) less a
 * reserve. Without that, a crowd would leave nothing to read the feed with. Where nobody says, as outside Linux, there is no bound.
 */
export function descriptorsLeft(files: Files): number {
  const most = Number(/^Max open files\s+(\d+)/m.exec(limitsText(files))?.[1] ?? Number.POSITIVE_INFINITY);
  return Math.max(1, most - reserve);
}

function limitsText(files: Files): string {
  try {
    return files.read('/proc/self/limits', 64 * 1024)?.bytes.toString('latin1') ?? '';
  } catch {
    return '';
  }
}
