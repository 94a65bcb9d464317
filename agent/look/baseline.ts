import { type Decoder, decodeJson, listOf, object, oneOf, optional, text, whole } from '@stopgap/machine';
import type { Journal } from '../journal/journal.ts';
import type { Seen } from '../prove/exchange.ts';
import type { Baseline } from '../prove/prove.ts';

/**
 * Ordinary requests that the server refuses without the mitigation too, kept from the change until the proofs that come
 * later: those must not take it off for what is not its doing.
 */
export function noteRefusedBefore(journal: Journal, id: string, refused: Baseline): void {
  const rows = [...refused].map(([key, seen]) =>
    seen.kind === 'answered' ? { key, kind: seen.kind, status: seen.status } : { key, kind: seen.kind },
  );
  const before = journal.note(nameOf(id)) ?? '[]';
  const now = JSON.stringify(rows);
  if (now !== before) journal.putNote(nameOf(id), now);
}

/** What `noteRefusedBefore` noted. */
export function readRefusedBefore(journal: Journal, id: string): Baseline {
  const note = journal.note(nameOf(id)) ?? '[]';
  return new Map(decodeJson(note, nameOf(id), rows).map(({ key, ...seen }) => [key, seenOf(seen)]));
}

function nameOf(id: string): string {
  return `refused before ${id}`;
}

const rows = listOf(
  object({ key: text(10_000), kind: oneOf('closed', 'answered'), status: optional(whole(0, 999)) }),
  100_000,
) satisfies Decoder<unknown>;

function seenOf({ kind, status }: { readonly kind: 'closed' | 'answered'; readonly status: number | undefined }): Seen {
  return kind === 'closed' ? { kind } : { kind, status: status ?? 0, headers: {} };
}
