import {
  readAgentConfig,
  rebuildJournal,
  recover,
  removeByHand,
  statePaths,
  surveyHosts,
  waitForLock,
} from '@stopgap/agent';
import { lineLog, systemClock, systemFiles } from '@stopgap/machine';
import { composeAgent } from '../composition.ts';
import type { Context } from '../context.ts';
import { InstallError } from './errors.ts';

const patienceMs = 60_000;

/**
 * Takes back what broke off and takes off all that is in force, while the service is stopped. Where that fails, `restart` is called, so that the server goes on
 * being looked after; then what went wrong is thrown, `still-in-force` where single mitigations could not be taken off.
 */
export async function takeOffAll(stateFolder: string, context: Context, restart: () => Promise<void>): Promise<void> {
  try {
    const failed = await takeOff(stateFolder, context);
    if (failed.length === 0) return;
    throw new InstallError(
      'still-in-force',
      `nothing was uninstalled, as these could not be taken off: ${failed.join('; ')}; mend that, or use --keep-mitigations`,
    );
  } catch (error) {
    await restart().catch((why: unknown) => context.tell(`${why instanceof Error ? why.message : why}\n`));
    throw error;
  }
}

/** Answers what could not be taken off, and why. */
async function takeOff(stateFolder: string, context: Context): Promise<readonly string[]> {
  const config = readAgentConfig(systemFiles, stateFolder);
  const lock = await waitForLock(statePaths(stateFolder).lock, systemClock, patienceMs);
  const failed: string[] = [];
  try {
    const log = lineLog(systemClock, (line) => context.tell(context.style.dim(line)), 'warn');
    const parts = await composeAgent(config, stateFolder, log);
    try {
      const hosts = await surveyHosts(parts);
      await rebuildJournal(parts, hosts, false, []);
      await recover({ ...parts, hosts });
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
  return failed;
}
