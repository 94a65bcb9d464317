import { type Clock, MachineError } from '@stopgap/machine';

/** Milliseconds before each further try: together longer than IIS, a backup or a virus scanner keeps a file open. */
const pauses = [100, 200, 400, 800, 1600];

/** Windows answers these for a file that somebody else has open at this moment, and for want of rights alike. */
const held: readonly unknown[] = ['EACCES', 'EBUSY', 'EPERM'];

/** Does something with files, again a moment later where another program has one of them open. Throws what the last try threw. */
export async function persistently(work: () => void, clock: Clock): Promise<void> {
  for (const pause of pauses) {
    try {
      work();
      return;
    } catch (error) {
      if (!isHeld(error)) throw error;
      await clock.sleep(pause);
    }
  }
  work();
}

/** Whether somebody else may have the file open, or there are no rights to it. */
export function isHeld(error: unknown): boolean {
  const cause = error instanceof MachineError ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && held.includes(cause.code);
}
