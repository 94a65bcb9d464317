import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { type Passphrase, passphraseFromEnvironment, passphraseFromFile } from '@stopgap/feed';
import type { Context } from '../../context.ts';
import { CliError } from '../../exit.ts';

/** Name of the environment variable a passphrase may come from. */
export const passphraseVariable = 'STOPGAP_FEED_PASSPHRASE';

/** Where passphrases come from: a file, the environment, else the terminal. Never the command line: others can read that. */
export function passphraseSource(file: string | undefined, context: Context): Passphrase {
  if (file !== undefined) return passphraseFromFile(file);
  if (context.env[passphraseVariable]) return passphraseFromEnvironment(passphraseVariable, context.env);
  if (!process.stdin.isTTY) {
    throw new CliError(`no passphrase: give --passphrase-file FILE, or set ${passphraseVariable}`);
  }
  return askAtTerminal;
}

/** Asks without showing what is typed. */
async function askAtTerminal(holder: string): Promise<string> {
  process.stderr.write(`passphrase of ${holder}: `);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return await terminal.question('');
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
