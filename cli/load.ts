import type { Parts } from '@stopgap/agent';
import { lineLog, systemClock } from '@stopgap/machine';
import { composeAgent } from './composition.ts';
import type { Context } from './context.ts';
import { needImage } from './image.ts';
import type { Server } from './server.ts';

/** The agent's parts for a command that only reads; closes the journal behind it. Takes no lock. */
export async function withParts<T>(server: Server, context: Context, work: (parts: Parts) => Promise<T>): Promise<T> {
  const { stateFolder, config } = server;
  const log = lineLog(systemClock, (line) => context.tell(context.style.dim(line)), 'warn');
  const parts = await composeAgent(config, stateFolder, log);
  try {
    await needImage(server, parts);
    return await work(parts);
  } finally {
    parts.journal.close();
  }
}
