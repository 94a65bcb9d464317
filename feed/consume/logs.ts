import { decodeJson, listOf, object, text, whole } from '@stopgap/machine';
import { sha256 } from '../digest.ts';
import { checkLogs, isLogName, type LoggedRole, segmentOf } from '../log/index.ts';
import { logRestarts } from '../roles.ts';
import { Trouble } from '../trouble.ts';

import { type Current, readDocument } from './current.ts';
import type { TrustFolder } from './folder.ts';
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
 * Holds the feed's logs against those that were seen before, and keeps their ends. All documents are in the folder already.
 * Throws `Trouble`: `rollback` where history was rewritten, `content` where a log does not say what its role holds.
 */
export function followLogs(
  folder: TrustFolder,
  trust: Trust,
  roles: readonly string[],
  documents: Current['documents'],
  enrolledRoot: Uint8Array,
): void {
  const enrolled = sha256(enrolledRoot);
  const restarts = logRestarts(trust.root.signed);
  const seen = readSeen(folder);
  const counts = seen !== undefined && seen.enrolled === enrolled && seen.restarts >= restarts;
  const verdict = checkLogs(counts ? seen.heads : [], offered(folder, trust, roles, documents));
  if (!verdict.ok) {
    const remedy =
      verdict.kind === 'forked'
        ? 'its history was rewritten; ask the publisher by another way whether the feed was restored from an old copy'
        : 'ask the publisher';
    throw new Trouble(verdict.kind === 'forked' ? 'rollback' : 'content', `${verdict.reason}; ${remedy}`);
  }
  if (verdict.heads.length === 0 && seen === undefined) return;
  const next = JSON.stringify({ enrolled, restarts, heads: verdict.heads });
  if (JSON.stringify(seen) !== next) folder.write(name, next);
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
