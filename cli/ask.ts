import {
  type AgentAnswer,
  type AgentRequest,
  answer,
  askService,
  decodeRequest,
  statePaths,
  tryLock,
  whenFree,
} from '@stopgap/agent';
import { lineLog, systemClock } from '@stopgap/machine';
import { composeAgent } from './composition.ts';
import type { Context } from './context.ts';
import { exit } from './exit.ts';
import { needImage, noteImage } from './image.ts';
import type { Server } from './server.ts';

const finishing =
  'stopgap: ending what is under way; Ctrl-C again ends at once, and what is half done is taken back by the next look\n';

/** How long a command waits for another one to finish, ms. */
const patienceMs = 60_000;

/**
 * Has a request carried out: by the service where one is running, else here, under the state folder's lock. Either way one
 * at a time, so commands and service never race.
 */
export async function ask(server: Server, asked: AgentRequest, context: Context): Promise<AgentAnswer> {
  const request = decodeRequest(asked, 'request');
  const { stateFolder, config } = server;
  const paths = statePaths(stateFolder);
  // A service that is just starting has the lock before it listens: it is asked again for as long as the lock is not free.
  const askedOrFree = async () =>
    (server.running ? await askService(paths.socket, request) : undefined) ?? tryLock(paths.lock);
  const got = await whenFree(askedOrFree, systemClock, patienceMs);
  if (!('release' in got)) return got;
  context.signal.addEventListener('abort', () => context.tell(finishing), { once: true });
  try {
    const log = lineLog(systemClock, (line) => context.tell(context.style.dim(line)), 'warn');
    const parts = await composeAgent(config, stateFolder, log);
    try {
      await needImage(server, parts);
      const given = await answer(parts, request);
      noteImage(server, parts);
      return given;
    } finally {
      parts.journal.close();
    }
  } finally {
    got.release();
  }
}

/** Shows an answer and turns it into an exit code. */
export function report(given: AgentAnswer, json: boolean | undefined, context: Context): number {
  if (json) context.print(`${JSON.stringify(given, undefined, 2)}\n`);
  else if (given.ok) {
    context.print(`${given.said}\n`);
    for (const step of given.done) context.print(`  ${step}\n`);
  } else context.tell(`${context.style.red('stopgap:')} ${given.message}\n`);
  return given.ok ? exit.ok : (codes.get(given.code) ?? exit.refused);
}

/** Refusals that scripts can tell from all others. */
const codes: ReadonlyMap<string, number> = new Map([
  ['busy', exit.busy],
  ['invalid-document', exit.usage],
]);
