import {
  AgentError,
  type Parts,
  readAgentConfig,
  readHeldRows,
  rebuildJournal,
  recover,
  removeByHand,
  statePaths,
  surveyHosts,
  tidy,
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
  try {
    const log = lineLog(systemClock, (line) => context.tell(context.style.dim(line)), 'warn');
    const parts = await composeAgent(config, stateFolder, log);
    try {
      return await takeOffWith(parts, context.actor);
    } finally {
      parts.journal.close();
    }
  } finally {
    lock.release();
  }
}

async function takeOffWith(parts: Parts, actor: string): Promise<readonly string[]> {
  const workshop = { ...parts, hosts: await surveyHosts(parts) };
  const lost = parts.journal.toRebuild !== undefined && parts.journal.readCopy() === undefined;
  try {
    await rebuildJournal(parts, workshop.hosts, false, []);
  } catch (error) {
    // What stands need not be known by name to be taken off.
    if (!(error instanceof AgentError) || error.code !== 'journal-lost') throw error;
  }
  await recover(workshop);
  const failed = lost ? notSeen(workshop.hosts) : [];
  // What cannot be read comes off first: beside it nothing else can be told apart.
  const { read, unreadable } = await readHeldRows(parts);
  const ids = [...unreadable.map(({ held }) => held.mitigation), ...read.map((held) => held.mitigation.id)];
  for (const mitigation of ids) {
    const why = await removeByHand(parts, mitigation, actor, 'the service is uninstalled');
    if (why !== undefined) failed.push(`${mitigation}: ${why}`);
  }
  // Nor need the journal know all of it.
  if (failed.length === 0) await tidy(workshop, [], actor);
  return failed;
}

/** Hosts of which nobody knows what stands there: neither the journal, nor can it be seen. */
function notSeen(hosts: Awaited<ReturnType<typeof surveyHosts>>): string[] {
  return hosts.flatMap(({ host, survey }) => {
    const [missing] = survey.present ? survey.missing : [];
    return missing ? [`what stands on ${host.name}: ${missing.what}`] : [];
  });
}
