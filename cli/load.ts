import { type Parts, readAgentConfig } from '@stopgap/agent';
import { lineLog, systemClock, systemFiles } from '@stopgap/machine';
import { composeAgent } from './composition.ts';
import type { Context } from './context.ts';

/** The agent's parts for a command that only reads; closes the journal behind it. Takes no lock. */
export async function withParts<T>(
  stateFolder: string,
  context: Context,
  work: (parts: Parts) => Promise<T>,
): Promise<T> {
  const log = lineLog(systemClock, (line) => context.tell(context.style.dim(line)), 'warn');
  const parts = await composeAgent(readAgentConfig(systemFiles, stateFolder), stateFolder, log);
  try {
    return await work(parts);
  } finally {
    parts.journal.close();
  }
}
