import path from 'node:path';
import { decodeJson, type Files, listOf, object, systemFiles, text } from '@stopgap/machine';
import { sha256 } from '../digest.ts';
import { FeedError } from '../errors.ts';
import { type FeedLayout, feedLayout } from './layout.ts';
import { asOnlyPublisher } from './lock.ts';
import { readSettings } from './settings.ts';

/** What the next publication will change. */
export interface Staged {
  readonly add: ReadonlyMap<string, Uint8Array>;
  readonly remove: readonly string[];
}

/** A document is at most this many bytes. */
export const maxTargetBytes = 1024 * 1024;
/** A publication changes at most this many documents. */
const maxStaged = 2000;

/** Of a document's name, in characters. */
const longestName = 200;

const segment = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/**
 * Stages a document under a name (`CVE-2022-41040.xml`, or with folders `exchange/CVE-2022-41040.xml`). Nothing is
 * published yet. Throws `target-name`, `target-too-large`, `feed-missing`, `feed-busy`.
 */
export async function addTarget(
  folder: string,
  name: string,
  bytes: Uint8Array,
  files: Files = systemFiles,
): Promise<void> {
  checkName(name);
  if (bytes.length > maxTargetBytes) {
    throw new FeedError('target-too-large', `${name} has ${bytes.length} bytes; a document may have ${maxTargetBytes}`);
  }
  await changeIndex(folder, files, (index, layout) => {
    files.write(stagedFile(layout, name), bytes, { mode: 0o644 });
    return { add: [...without(index.add, name), name], remove: without(index.remove, name) };
  });
}

/** Stages the removal of a document. Nothing is published yet. Throws as `addTarget`. */
export async function removeTarget(folder: string, name: string, files: Files = systemFiles): Promise<void> {
  checkName(name);
  await changeIndex(folder, files, (index) => ({
    add: without(index.add, name),
    remove: [...without(index.remove, name), name],
  }));
}

/** What is staged. */
export function readStaged(layout: FeedLayout, files: Files): Staged {
  const index = readIndex(layout, files);
  const add = index.add.map((name): [string, Uint8Array] => {
    const state = files.read(stagedFile(layout, name), maxTargetBytes);
    if (!state) throw new FeedError('target-missing', `${name} is staged but its file is gone; add it again`);
    return [name, state.bytes];
  });
  return { add: new Map(add), remove: index.remove };
}

/** Forgets what was staged and is `done` in this form, after it has been published; `hash` is `undefined` for a removal. */
export function clearStaged(
  layout: FeedLayout,
  files: Files,
  done: (name: string, hash: string | undefined) => boolean,
): void {
  const index = readIndex(layout, files);
  const hashOf = (name: string) =>
    sha256(files.read(stagedFile(layout, name), maxTargetBytes)?.bytes ?? Buffer.alloc(0));
  const add = index.add.filter((name) => !done(name, hashOf(name)));
  const remove = index.remove.filter((name) => !done(name, undefined));
  if (add.length + remove.length === 0) files.remove(indexFile(layout));
  else files.write(indexFile(layout), `${JSON.stringify({ add, remove })}\n`);
  for (const name of index.add) if (!add.includes(name)) files.remove(stagedFile(layout, name));
}

interface Index {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

const names = listOf(text(longestName), maxStaged);
const decoder = object({ add: names, remove: names });

async function changeIndex(folder: string, files: Files, change: (index: Index, layout: FeedLayout) => Index) {
  const layout = feedLayout(folder);
  readSettings(layout, files);
  await asOnlyPublisher(layout, files, async () => {
    // What could not be read again is not written.
    const index = decoder(change(readIndex(layout, files), layout), indexFile(layout));
    files.write(indexFile(layout), `${JSON.stringify(index)}\n`);
  });
}

function readIndex(layout: FeedLayout, files: Files): Index {
  const state = files.read(indexFile(layout));
  if (!state) return { add: [], remove: [] };
  const index = decodeJson(state.bytes.toString('utf8'), indexFile(layout), decoder);
  for (const name of [...index.add, ...index.remove]) checkName(name);
  return index;
}

const indexFile = (layout: FeedLayout) => path.join(layout.staged, 'staged.json');
const stagedFile = (layout: FeedLayout, name: string) =>
  path.join(layout.staged, `${encodeURIComponent(name)}.document`);
const without = (list: readonly string[], name: string) => list.filter((entry) => entry !== name);

/** Whether a document may bear the name: up to four parts of plain letters, and not in `log/`, which is the feed's own. */
export function isDocumentName(name: string): boolean {
  const segments = name.split('/');
  return (
    name.length <= longestName &&
    segments.length <= 4 &&
    segments[0] !== 'log' &&
    segments.every((part) => segment.test(part))
  );
}

function checkName(name: string): void {
  if (isDocumentName(name)) return;
  const log = name.startsWith('log/') ? '; names in log/ are kept for the feed’s own log' : '';
  throw new FeedError(
    'target-name',
    `${JSON.stringify(name)} cannot name a document; use letters, digits, dots, dashes and up to three folders, ${longestName} characters in all${log}`,
  );
}
