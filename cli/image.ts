import type { Parts } from '@stopgap/agent';
import { systemFolders } from '@stopgap/machine';
import { CliError } from './exit.ts';
import type { Server } from './server.ts';

/** Where the journal notes which folder it has changed files in. */
const noteName = 'image';

/**
 * Throws `CliError` where a server that is not running is not in the folder that was named, or the state folder belongs to
 * another one that is still there: what is taken off would be taken off of the wrong files.
 */
export async function needImage({ root }: Server, { hosts, journal }: Parts): Promise<void> {
  if (root === undefined) return;
  for (const host of hosts) {
    const { present, detail } = await host.survey();
    if (present) continue;
    throw new CliError(`${detail} --root names the folder that stands for the system drive, with Windows in it`);
  }
  const known = journal.note(noteName);
  const real = systemFolders.realPath(root) ?? root;
  if (known === undefined || known === real || journal.held().length === 0) return;
  if ((systemFolders.list(known) ?? []).length === 0) return;
  throw new CliError(
    `this state folder knows what is in force in ${known}, not in ${real}; use a state folder (--state-dir) for each server`,
  );
}

/** Notes whose files were changed. */
export function noteImage({ root }: Server, { journal }: Parts): void {
  if (root !== undefined) journal.putNote(noteName, systemFolders.realPath(root) ?? root);
}
