import { Journal, statePaths } from '@stopgap/agent';
import { systemFiles } from '@stopgap/machine';

/** What an uninstallation finds in force. */
export interface InForce {
  readonly held: readonly string[];
  /** Changes that broke off, to be taken back. */
  readonly open: number;
  /** The journal was lost: what stands on the server is not known by it. */
  readonly unsure: boolean;
}

/** Throws `journal-unreadable`: what cannot be known cannot be taken off either. */
export function heldIn(stateFolder: string): InForce {
  const { journal: file, lock } = statePaths(stateFolder);
  const journal = Journal.openForReading(file);
  if (!journal) {
    // One that is lost is rebuilt from its copy, where there is one.
    const { held = [], open = [] } = Journal.copyOf(file) ?? {};
    // Whoever has had the lock has had a journal.
    const unsure = systemFiles.read(lock) !== undefined;
    return { held: held.map(({ mitigation }) => mitigation), open: open.length, unsure };
  }
  try {
    const held = journal.held().map(({ mitigation }) => mitigation);
    return { held, open: journal.unfinished().length, unsure: journal.toRebuild !== undefined };
  } finally {
    journal.close();
  }
}

/** Whoever keeps what is in force need not know it. */
export function heldOrNothing(stateFolder: string): InForce {
  try {
    return heldIn(stateFolder);
  } catch {
    return { held: [], open: 0, unsure: true };
  }
}

/** How the service is stopped and started, what is in force, and how it is taken off. */
export interface Departure {
  stop(): Promise<void>;
  restart(): Promise<void>;
  look(): InForce;
  /** Starts the service again where it throws. */
  takeOff(): Promise<void>;
}

/**
 * Stops the service, and takes off what is in force then: it may have looked while somebody was asked. Answers what that was.
 * Where that cannot be known, the service goes on, and what `look` throws is thrown.
 */
export async function stopAndTakeOff({ stop, restart, look, takeOff }: Departure): Promise<InForce> {
  await stop();
  let found: InForce;
  try {
    found = look();
  } catch (error) {
    // Why it cannot be known is more than why the service does not start.
    await restart().catch(() => {});
    throw error;
  }
  if (found.held.length + found.open > 0 || found.unsure) await takeOff();
  return found;
}
