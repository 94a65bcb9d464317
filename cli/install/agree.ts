import { createInterface } from 'node:readline/promises';
import type { Context } from '../context.ts';
import { CliError } from '../exit.ts';

/** What a person is asked about before the agent is taken away. */
export interface Farewell {
  /** Ids of what is in force. */
  readonly held: readonly string[];
  /** It stays in force. */
  readonly keep: boolean;
  /** The journal was lost or cannot be read, and does not say what is in force. */
  readonly unsure?: boolean;
}

/** What is said before it is asked. Pure. */
export function farewellText({ held, keep, unsure }: Farewell): string {
  const going = 'the agent is stopped and taken away with all that its installation has added';
  if (unsure) {
    const fate = keep ? 'stays in force, and nobody looks after it any more' : 'is taken off';
    return `${going}; the journal cannot say what is in force: what stands here of Stopgap ${fate}, whatever it is\n`;
  }
  if (held.length === 0) return `${going}; no mitigation is in force\n`;
  const names = `in force: ${held.join(', ')}`;
  return keep
    ? `${names}\n${going}; these stay in force, and nobody looks after them any more\n`
    : `${names}\n${going}; these are taken off, and this server is open to these attacks again unless it is patched\n`;
}

/** Asks where somebody sits there. Throws `CliError` where nobody does: a script has to say `--yes`. */
export async function agreed(farewell: Farewell, { tell }: Context): Promise<boolean> {
  tell(farewellText(farewell));
  if (!process.stdin.isTTY) {
    throw new CliError('nothing was changed: nobody can be asked here; say --yes if that is what you want');
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  terminal.once('SIGINT', () => {
    tell('\nnothing was changed\n');
    process.kill(process.pid, 'SIGINT');
  });
  try {
    // The end of the input rejects: nobody has said yes.
    const said = await terminal.question('go on? (y/N) ').catch(() => '\n');
    if (/^y(es)?$/i.test(said.trim())) return true;
  } finally {
    terminal.close();
  }
  tell('nothing was changed\n');
  return false;
}

/**
 * From here on Ctrl-C and SIGTERM do not end the command half way, with the service stopped and nobody to start it; a second Ctrl-C
 * does. `start`: the command line that starts the service again.
 */
export function goOnWhenInterrupted({ signal, tell }: Context, start: string): void {
  const going = `stopgap: going on, as the service is stopped; Ctrl-C again ends at once and leaves it so (then: ${start})\n`;
  signal.addEventListener('abort', () => tell(going), { once: true });
}
