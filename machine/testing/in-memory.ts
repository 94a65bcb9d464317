import * as fs from 'node:fs';
import * as os from 'node:os';

/**
 * Where tests lay out the folders that they work in. Every durable write is followed by an fsync, which costs nothing
 * where there is no disk.
 */
export const inMemory: string = fs.realpathSync(fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir());
