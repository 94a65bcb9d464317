import { MitigationError } from '@stopgap/mitigation';
import type { InForce } from '../decide/input.ts';
import { AgentError } from '../errors.ts';
import type { Held } from '../journal/records.ts';
import type { Parts } from './parts.ts';

type Reading = Pick<Parts, 'journal' | 'library'>;

/**
 * What the journal says is in force, with the documents read again. Throws `held-unreadable` where this version does not read one of them:
 * what it put in place cannot be told from what belongs to nothing, so nothing is changed until a person takes it off.
 */
export async function readInForce(parts: Reading): Promise<readonly InForce[]> {
  const { read, unreadable } = await readHeldRows(parts);
  const [first] = unreadable;
  if (!first) return read;
  const { mitigation: id, revision } = first.held;
  throw new AgentError(
    'held-unreadable',
    `${id} revision ${revision} is in force, and this version of Stopgap does not read its document (${first.why}); everything stays as it is until it is taken off: stopgap remove ${id} --reason "…"`,
    first.error,
  );
}

/** The same, with what cannot be read apart. */
export async function readHeldRows({ journal, library }: Reading) {
  const read: InForce[] = [];
  const unreadable: { readonly held: Held; readonly why: string; readonly error: MitigationError }[] = [];
  for (const held of journal.held()) {
    try {
      read.push(inForce(held, await library.readHeld(held.document)));
    } catch (error) {
      if (!(error instanceof MitigationError)) throw error;
      unreadable.push({ held, why: error.message, error });
    }
  }
  return { read, unreadable };
}

function inForce(held: Held, mitigation: InForce['mitigation']): InForce {
  const { source, origin, document, since, state, reason, mode, proven } = held;
  return { mitigation, source, origin, document, since, state, reason, mode, proven };
}
