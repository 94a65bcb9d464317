import { decodeJson, listOf, object, text, whole } from '@stopgap/machine';
import { sha256 } from '../digest.ts';
import { checkLogs, isLogName, type LoggedRole, segmentOf } from '../log/index.ts';
import { logRestarts } from '../roles.ts';
import { Trouble } from '../trouble.ts';
import { type Current, readDocument } from './current.ts';
import type { TrustFolder } from './folder.ts';
import type { HeldRoles } from './roles.ts';
import type { Trust } from './trust.ts';

/** `logs.json`: the ends of the feed's logs that were seen last, under which enrolment, and how often they had been begun anew. */
const decoder = object({
  enrolled: text(64),
  restarts: whole(0, Number.MAX_SAFE_INTEGER),
  heads: listOf(object({ role: text(100), entries: whole(1, Number.MAX_SAFE_INTEGER), hash: text(64) }), 1000),
});

type Seen = ReturnType<typeof decoder>;

const name = 'logs.json';

/**
 * Holds the feed's logs against those that were seen before, and keeps their ends. All documents are in the folder already. Answers
 * with the delegated roles whose log does not hold, and why: `rollback` where history was rewritten, `content` where a log does not say
 * what its role holds. Throws the same `Trouble` for targets.
 */
export function followLogs(
  folder: TrustFolder,
  trust: Trust,
  roles: readonly string[],
  documents: Current['documents'],
  enrolledRoot: Uint8Array,
): HeldRoles {
  const enrolled = sha256(enrolledRoot);
  const restarts = logRestarts(trust.root.signed);
  const seen = readSeen(folder);
  const counts = seen !== undefined && seen.enrolled === enrolled && seen.restarts >= restarts;
  const held = new Map<string, Trouble>();
  let heads = counts ? seen.heads : [];
  for (const one of offered(folder, trust, roles, documents)) {
    const verdict = checkLogs(heads, [one]);
    if (verdict.ok) heads = [...verdict.heads];
    else if (one.role === 'targets') throw refusal(verdict);
    else held.set(one.role, refusal(verdict));
  }
  if (heads.length === 0 && seen === undefined) return held;
  const next = JSON.stringify({ enrolled, restarts, heads });
  if (JSON.stringify(seen) !== next) folder.write(name, next);
  return held;
}

function refusal({ kind, reason }: { readonly kind: 'forked' | 'broken'; readonly reason: string }): Trouble {
  if (kind === 'broken') return new Trouble('content', `${reason}; ask the publisher`);
  const remedy =
    'its history was rewritten; ask the publisher by another way whether the feed was restored from an old copy';
  return new Trouble('rollback', `${reason}; ${remedy}`);
}

/** The roles with what they list, and the segments of their logs as they were fetched. */
function offered(
  folder: TrustFolder,
  trust: Trust,
  roles: readonly string[],
  documents: Current['documents'],
): readonly LoggedRole[] {
  const logs = documents.filter((document) => isLogName(document.name));
  return roles.map((role) => {
    const targets = trust.role(role)?.signed.targets ?? {};
    const listed = Object.entries(targets).map(([document, { hashes }]): [string, string] => [
      document,
      hashes.sha256 ?? '',
    ]);
    const segments = new Map<number, Buffer>();
    for (const document of logs) {
      const segment = segmentOf(document.name);
      const bytes = segment?.role === role ? readDocument(folder, document.sha256) : undefined;
      if (segment && bytes) segments.set(segment.number, bytes);
    }
    return { role, segments, documents: new Map(listed) };
  });
}

function readSeen(folder: TrustFolder): Seen | undefined {
  try {
    const bytes = folder.read(name, 1024 * 1024);
    return bytes && decodeJson(bytes.toString('utf8'), name, decoder);
  } catch {
    return undefined;
  }
}
