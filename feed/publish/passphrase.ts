import { type Files, systemFiles } from '@stopgap/machine';
import { FeedError } from '../errors.ts';

/**
 * Gives the passphrase of a holder's key. A function, so that it comes from a prompt, a file, a credential store or a
 * test, and never from the command line, where every user of the machine can read it.
 */
export type Passphrase = (holder: string) => string | Promise<string>;

/** Fewer characters than this are refused when a key is made. */
export const leastPassphraseLength = 12;

/** The first line of a file that only its owner may read. Throws `passphrase-missing`. */
export function passphraseFromFile(file: string, files: Files = systemFiles): Passphrase {
  return () => {
    const state = files.read(file, 4096);
    const line = state?.bytes.toString('utf8').split(/\r?\n/, 1)[0];
    if (state === undefined || !line) {
      throw new FeedError('passphrase-missing', `${file} does not hold a passphrase; write it on the first line`);
    }
    if (process.platform !== 'win32' && (state.mode & 0o077) !== 0) {
      throw new FeedError('passphrase-missing', `${file} can be read by others; run: chmod 600 ${file}`);
    }
    return line;
  };
}

/** The value of an environment variable. Throws `passphrase-missing`. */
export function passphraseFromEnvironment(
  name: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Passphrase {
  return () => {
    const value = environment[name];
    if (!value) {
      throw new FeedError(
        'passphrase-missing',
        `the environment variable ${name} is not set; it must hold the passphrase`,
      );
    }
    return value;
  };
}

/** Asks at most once for each holder, however many roles are signed. */
export function rememberPassphrases(passphrase: Passphrase): Passphrase {
  const known = new Map<string, string | Promise<string>>();
  return (holder) => {
    const before = known.get(holder);
    if (before !== undefined) return before;
    const answer = passphrase(holder);
    known.set(holder, answer);
    return answer;
  };
}
