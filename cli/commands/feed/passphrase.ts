import * as fs from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { type Passphrase, passphraseFromEnvironment, passphraseFromFile } from '@stopgap/feed';
import type { Context } from '../../context.ts';
import { CliError } from '../../exit.ts';

/** Name of the environment variable a passphrase may come from. */
export const passphraseVariable = 'STOPGAP_FEED_PASSPHRASE';

/** Where passphrases come from: a file, the environment, else the terminal. Never the command line: others can read that. */
export function passphraseSource(file: string | undefined, context: Pick<Context, 'env'>): Passphrase {
  if (file !== undefined) return passphraseFromFile(file);
  if (context.env[passphraseVariable]) return passphraseFromEnvironment(passphraseVariable, context.env);
  if (!process.stdin.isTTY) {
    throw new CliError(`no passphrase: give --passphrase-file FILE, or set ${passphraseVariable}`);
  }
  return askAtTerminal;
}

/** The first line of what an open file descriptor gives, e.g. 3 with `3< <(pass show feed/anna)`. */
export function passphraseFromDescriptor(given: string): Passphrase {
  const descriptor = Number(given);
  if (!Number.isInteger(descriptor) || descriptor < 0 || descriptor > 1023) {
    throw new CliError(`--passphrase-fd ${given}: expected the number of an open file descriptor`);
  }
  return () => {
    try {
      const line = fs.readFileSync(descriptor, 'utf8').split(/\r?\n/, 1)[0];
      if (line) return line;
    } catch (error) {
      throw new CliError(`--passphrase-fd ${given}: ${error instanceof Error ? error.message : String(error)}`);
    }
    throw new CliError(`--passphrase-fd ${given}: nothing came from it`);
  };
}

/** Asks without showing what is typed. */
async function askAtTerminal(holder: string): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  // Only now, when the terminal shows nothing any more: somebody may begin to type at once.
  process.stderr.write(`passphrase of ${holder}: `);
  try {
    return await terminal.question('');
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}

/** Asks a question at the terminal and answers what was typed, shown as it is. Throws where there is no terminal. */
export async function askPlainly(question: string, instead: string): Promise<string> {
  if (!process.stdin.isTTY) throw new CliError(`there is no terminal to ask at; ${instead}`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr, terminal: true });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}
