import path from 'node:path';
import { MachineError, systemFiles } from '@stopgap/machine/files';
import { systemFolders } from '@stopgap/machine/folders';
import { type Decoder, decodeJson, listOf, object, oneOf, optional, text, whole } from '@stopgap/machine/json';
import type { Change } from '../host.ts';
import type { Held, Operation } from './records.ts';

/**
 * What of the journal must not get lost with its file: what is in force, whose claims things are and what they were before,
 * and changes that are under way. It stands in a file of its own beside the journal and is written anew with every operation.
 */
export interface JournalCopy {
  readonly held: readonly Held[];
  readonly things: readonly ClaimedThing[];
  readonly open: readonly Operation[];
}

/** A shared thing with its state before the first claim, and the mitigations that claim it. */
export interface ClaimedThing {
  readonly host: string;
  readonly thing: string;
  readonly before: string;
  readonly since: number;
  readonly claimants: readonly string[];
}

/** Nothing is in force. */
export const emptyCopy: JournalCopy = { held: [], things: [], open: [] };

const version = 1;
const mostBytes = 64 * 1024 * 1024;

/** Where the copy of a journal stands. */
export function copyFileOf(journalFile: string): string {
  return path.join(path.dirname(journalFile), `${path.parse(journalFile).name}.copy.json`);
}

/** Writes the copy durably. Throws `MachineError` `file-unwritable`. */
export function writeCopy(file: string, { held, things, open }: JournalCopy): void {
  const rows = held.map(({ document, ...row }) => ({ ...row, document: Buffer.from(document).toString('base64') }));
  const json = JSON.stringify({ version, held: rows, things, open });
  systemFolders.sweep(file);
  systemFiles.write(file, `${digestOf(json)}\n${json}\n`, { mode: 0o600 });
}

/** Reads the copy; `undefined`: there is none, or it is damaged, and nothing of it is believed. */
export function readCopy(file: string): JournalCopy | undefined {
  try {
    const found = systemFiles.read(file, mostBytes)?.bytes.toString('utf8');
    const [, digest, json] = /^([0-9a-f]{64})\n(.*)\n$/s.exec(found ?? '') ?? [];
    if (json === undefined || digestOf(json) !== digest) return undefined;
    return decodeJson(json, file, decodeCopy);
  } catch (error) {
    if (error instanceof MachineError) return undefined;
    throw error;
  }
}

/** Loaded when it is needed: `stopgap status` reads the journal, never its copy, and should start as fast as it can. */
function digestOf(json: string): string {
  const { createHash } = process.getBuiltinModule('node:crypto');
  return createHash('sha256').update(json).digest('hex');
}

/** Any text: what stands in rows is not for us to judge. */
const any: Decoder<string> = (value, place) => {
  if (typeof value === 'string') return value;
  throw new MachineError('invalid-json', `${place}: expected a text`);
};
const time = whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
const document: Decoder<Uint8Array> = (value, place) => new Uint8Array(Buffer.from(any(value, place), 'base64'));
const content: Decoder<{ base64: string; mode: number } | null> = (value, place) =>
  value === null ? null : object({ base64: any, mode: whole(0, 0o7777) })(value, place);
const file = object({ kind: oneOf('file'), host: any, path: any, before: content, after: content, summary: any });
const state = object({ kind: oneOf('state'), host: any, thing: any, before: any, after: any, summary: any });
const change: Decoder<Change> = (value, place) =>
  typeof value === 'object' && value !== null && 'path' in value ? file(value, place) : state(value, place);

const heldRow: Decoder<Held> = (value, place) => {
  const row = object({
    mitigation: text(),
    revision: whole(0, Number.MAX_SAFE_INTEGER),
    source: any,
    origin: oneOf('feed', 'manual'),
    mode: oneOf('enforce', 'observe'),
    document,
    since: time,
    state: oneOf('protected', 'applied', 'observing'),
    reason: any,
    proven: optional(time),
  })(value, place);
  return row;
};

const decode = object({
  version: whole(version, version),
  held: listOf(heldRow, 10_000),
  things: listOf(object({ host: any, thing: any, before: any, since: time, claimants: listOf(any, 10_000) }), 10_000),
  open: listOf(
    object({
      id: time,
      kind: oneOf('apply', 'remove', 'repair'),
      mitigation: any,
      revision: time,
      phase: oneOf('intended', 'performed', 'activated', 'finished', 'undoing', 'undone'),
      actor: any,
      reason: any,
      started: time,
      changes: listOf(change, 100_000),
    }),
    1000,
  ),
});

const decodeCopy: Decoder<JournalCopy> = (value, place) => {
  const { held, things, open } = decode(value, place);
  return { held, things, open };
};
