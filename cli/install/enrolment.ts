import { createHash } from 'node:crypto';
import { connectivity } from '@stopgap/feed/consume';
import { type Clock, type Files, MachineError } from '@stopgap/machine';
import { InstallError } from './errors.ts';

/** The feed that a server is to listen to, as given on the command line. */
export interface Enrolment {
  readonly name: string;
  /** Nobody has said the name: it is made from the address. */
  readonly guessed?: boolean;
  readonly url: string;
  /** The root of trust: what its publisher has handed out. */
  readonly rootFile: string;
  /** SHA-256 of the root, heard from the publisher by another way. */
  readonly rootSha256: string | undefined;
}

/** A feed's entry of `agent.json`, and its root. */
export interface Enrolled {
  readonly entry: { readonly name: string; readonly url: string; readonly rootFile: string };
  readonly guessed: boolean;
  readonly root: string;
  readonly sha256: string;
}

/**
 * Reads and checks the root of trust, and the form of the address; sends nothing. Throws `untrusted-root` where the root is
 * not the one that was named or cannot be used.
 */
export async function enrol(given: Enrolment, { files, clock }: { files: Files; clock: Clock }): Promise<Enrolled> {
  const found = files.read(given.rootFile, 1024 * 1024);
  if (!found)
    throw new InstallError('untrusted-root', `${given.rootFile} is not there; get the root from the publisher`);
  const sha256 = createHash('sha256').update(found.bytes).digest('hex');
  if (given.rootSha256 !== undefined && given.rootSha256.toLowerCase() !== sha256) {
    throw new InstallError(
      'untrusted-root',
      `${given.rootFile} has the SHA-256 ${sha256}, not ${given.rootSha256}; it is not the root that you were told of: do not use it, and ask its publisher`,
    );
  }
  const trouble = await configurationTrouble(given, found.bytes, { files, clock });
  if (trouble !== undefined) throw new InstallError('untrusted-root', trouble);
  const rootFile = `${given.name}.root.json`;
  const entry = { name: given.name, url: given.url, rootFile };
  return { entry, guessed: given.guessed === true, root: found.bytes.toString('utf8'), sha256 };
}

/** What the first step of the way to the feed, which sends nothing, has against it. */
async function configurationTrouble(
  { name, url }: Enrolment,
  root: Uint8Array,
  deps: { files: Files; clock: Clock },
): Promise<string | undefined> {
  if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(name)) {
    throw new MachineError('invalid-json', `--feed-name ${name}: expected small letters, digits and dashes`);
  }
  const way = connectivity({ name, url, root, stateFolder: '/nonexistent' }, { ...deps, environment: {} });
  const first = await way.next();
  await way.return(undefined);
  return first.done || first.value.verdict !== 'failed' ? undefined : first.value.detail;
}
