import type { FileContent } from '@stopgap/agent';
import { formatRulesFile, parseEditedRulesFile, type RulesEntry } from '@stopgap/gateway/contract';
import type { FileState } from '@stopgap/machine';
import { inOrder, keyOf, sameEntry } from './entries.ts';

/** Rules are no secret, and the gateway may run as another user than the agent. */
const rulesMode = 0o644;

/** The file for these entries; none for none. A new file has mode 0644, an existing one keeps its own. */
export function contentOf(entries: readonly RulesEntry[], before: FileContent | null): FileContent | null {
  if (entries.length === 0) return null;
  const text = formatRulesFile(inOrder(entries));
  return { base64: Buffer.from(text).toString('base64'), mode: before?.mode ?? rulesMode };
}

/** A file as a change records it. */
export function recorded(state: FileState | undefined): FileContent | null {
  return state ? { base64: state.bytes.toString('base64'), mode: state.mode } : null;
}

/** Whether both are the same bytes (or both absent). */
export function sameContent(a: FileContent | null, b: FileContent | null): boolean {
  return a?.base64 === b?.base64;
}

/** The bytes that a recorded file holds. */
export function bytesOf(content: FileContent): Buffer {
  return Buffer.from(content.base64, 'base64');
}

/**
 * The file with only this change taken back, for a file that somebody else has changed since: what the change added goes,
 * what it took out or replaced comes back, everything else stays. A file that cannot be read any more becomes what
 * it was before the change.
 */
export function withoutChange(
  now: FileContent | null,
  before: FileContent | null,
  after: FileContent | null,
): FileContent | null {
  const standing = entriesOf(now);
  if (standing === undefined) return before;
  const earlier = byKey(entriesOf(before) ?? []);
  const later = byKey(entriesOf(after) ?? []);
  const kept = standing.flatMap((entry) => {
    const added = later.get(keyOf(entry));
    if (!added || !sameEntry(added, entry)) return [entry];
    return earlier.get(keyOf(entry)) ?? [];
  });
  const present = byKey(standing);
  const takenOut = [...earlier].filter(([key]) => !later.has(key) && !present.has(key)).map(([, entry]) => entry);
  return contentOf([...kept, ...takenOut], now);
}

function byKey(entries: readonly RulesEntry[]): ReadonlyMap<string, RulesEntry> {
  return new Map(entries.map((entry) => [keyOf(entry), entry]));
}

function entriesOf(content: FileContent | null): readonly RulesEntry[] | undefined {
  if (content === null) return [];
  try {
    return parseEditedRulesFile(bytesOf(content), 'rules file');
  } catch {
    return undefined;
  }
}
