import { readAgentConfig, removeByHand, statePaths, waitForLock } from '@stopgap/agent';
import { lineLog, systemClock, systemFiles } from '@stopgap/machine';
import { composeAgent } from '../composition.ts';
import type { Context } from '../context.ts';
import { InstallError } from './errors.ts';

const patienceMs = 60_000;

/**
 * Takes off all that is in force, newest claims and rules alike, while the service is stopped. Where one cannot be taken off,
 * `restart` is called, so that the server goes on being looked after, and `still-in-force` is thrown.
 */
export async function takeOffAll(stateFolder: string, context: Context, restart: () => Promise<void>): Promise<void> {
  const lock = await waitForLock(statePaths(stateFolder).lock, systemClock, patienceMs);
  const failed: string[] = [];
  try {
    const log = lineLog(systemClock, (line) => context.tell(context.style.dim(line)), 'warn');
    const parts = await composeAgent(readAgentConfig(systemFiles, stateFolder), stateFolder, log);
    try {
      for (const { mitigation } of parts.journal.held()) {
        const why = await removeByHand(parts, mitigation, context.actor, 'the service is uninstalled');
        if (why !== undefined) failed.push(`${mitigation}: ${why}`);
      }
    } finally {
      parts.journal.close();
    }
  } finally {
    lock.release();
  }
  if (failed.length === 0) return;
  await restart();
  throw new InstallError(
    'still-in-force',
    `nothing was uninstalled, and the service runs again, as these could not be taken off: ${failed.join('; ')}; mend that, or use --keep-mitigations`,
  );
}
