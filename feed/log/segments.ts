import { beginning, type LogEntry, type LoggedEntry, maxLineBytes, readLine, writeLine } from './entry.ts';

/**
 * A role's log is cut into segments, each a document of the feed: a full one never changes again, so a reader that has it
 * never fetches it again, and the list of documents grows by one name for 64 publications.
 */
const linesInSegment = 64;
const bytesInSegment = 128 * 1024;

/** The segments of one role's log, by number from 1. */
export type Segments = ReadonlyMap<number, Buffer>;

/** Name of the document that holds a segment. */
export function segmentName(role: string, number: number): string {
  return `log/${role}/${number}.jsonl`;
}

/** Role and number of a segment, when the name is that of one. */
export function segmentOf(name: string): { readonly role: string; readonly number: number } | undefined {
  const [, role, number] = /^log\/([a-z0-9][a-z0-9-]{0,62})\/([1-9]\d{0,6})\.jsonl$/.exec(name) ?? [];
  return role === undefined || number === undefined ? undefined : { role, number: Number(number) };
}

/** Whether the name belongs to the log and is no document of a publisher's. */
export function isLogName(name: string): boolean {
  return segmentOf(name) !== undefined;
}

/** What the log is when an entry is added: the one segment that is new or longer. */
export function append(
  segments: Segments,
  entries: readonly LoggedEntry[],
  entry: Omit<LogEntry, 'number' | 'previous'>,
): { readonly number: number; readonly bytes: Buffer } {
  const last = entries.at(-1);
  const line = writeLine({ ...entry, number: (last?.number ?? 0) + 1, previous: last?.hash ?? beginning });
  const number = Math.max(1, segments.size);
  const open = segments.get(number) ?? Buffer.alloc(0);
  const added = Buffer.from(`${line}\n`);
  const lines = open.filter((byte) => byte === 0x0a).length;
  const full = lines > 0 && (lines >= linesInSegment || open.length + added.length > bytesInSegment);
  return full ? { number: number + 1, bytes: added } : { number, bytes: Buffer.concat([open, added]) };
}

/**
 * Reads a log and follows its chain. Throws an error whose message says where it is broken: a segment missing, an entry of
 * another role, a number left out, a hash that is not that of the line before.
 */
export function readLog(role: string, segments: Segments): readonly LoggedEntry[] {
  const entries: LoggedEntry[] = [];
  for (let number = 1; number <= segments.size; number += 1) {
    const bytes = segments.get(number);
    if (!bytes) throw new Error(`${segmentName(role, number)} is missing`);
    const lines = bytes.toString('utf8').split('\n');
    if (lines.pop() !== '') throw new Error(`${segmentName(role, number)} ends in the middle of a line`);
    for (const line of lines) entries.push(follow(role, line, entries));
  }
  return entries;
}

function follow(role: string, line: string, before: readonly LoggedEntry[]): LoggedEntry {
  const number = before.length + 1;
  const place = `entry ${number} of the log of ${role}`;
  if (line.length > maxLineBytes) throw new Error(`${place} is longer than ${maxLineBytes} bytes`);
  const entry = readLine(line, place);
  if (entry.role !== role) throw new Error(`${place} is one of ${JSON.stringify(entry.role)}`);
  if (entry.number !== number) throw new Error(`${place} has the number ${entry.number}`);
  if (entry.previous !== (before.at(-1)?.hash ?? beginning)) throw new Error(`${place} does not follow the one before`);
  return entry;
}
