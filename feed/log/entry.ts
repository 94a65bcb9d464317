import { decodeJson, listOf, object, optional, text, whole } from '@stopgap/machine';
import { sha256 } from '../digest.ts';

/** What a publication did to one document; without `sha256` and `length`: it was taken out. */
export interface LogChange {
  readonly name: string;
  readonly sha256?: string | undefined;
  readonly length?: number | undefined;
}

/** One publication of a role, as a line of the role's log. */
export interface LogEntry {
  readonly role: string;
  /** From 1, without gaps. */
  readonly number: number;
  /** SHA-256 of the line before; 64 zeros in the first. */
  readonly previous: string;
  /** Version of the role's metadata that the entry came with. */
  readonly version: number;
  /** When it was made, ms since the epoch: for people, nothing rests on it. */
  readonly at: number;
  /** What else changed, in sentences. */
  readonly says: readonly string[];
  readonly changes: readonly LogChange[];
}

/** An entry and the SHA-256 of its line, which covers all entries before it. */
export interface LoggedEntry extends LogEntry {
  readonly hash: string;
}

/** What stands in `previous` of the first entry. */
export const beginning = '0'.repeat(64);

/** A line is at most this many bytes. */
export const maxLineBytes = 768 * 1024;

const count = whole(0, Number.MAX_SAFE_INTEGER);
const change = object({ name: text(1000), sha256: optional(text(64)), length: optional(count) });
const decoder = object({
  role: text(100),
  number: whole(1, 10_000_000),
  previous: text(64),
  version: count,
  at: whole(0, 8_640_000_000_000_000),
  says: listOf(text(2000), 200),
  changes: listOf(change, 10_000),
});

/** The entry as a line, without its line end. */
export function writeLine(entry: LogEntry): string {
  const { role, number, previous, version, at, says, changes } = entry;
  return JSON.stringify({ role, number, previous, version, at, says, changes });
}

/** Reads a line; its hash is that of its bytes as they stand. Throws `MachineError` `invalid-json`. */
export function readLine(line: string, place: string): LoggedEntry {
  return { ...decodeJson(line, place, decoder), hash: hashOf(line) };
}

/** SHA-256 of a line. */
export function hashOf(line: string): string {
  return sha256(Buffer.from(line));
}
