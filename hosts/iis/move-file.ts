import { type FileChange, type FileContent, HostError } from '@stopgap/agent';
import { type Files, type Folders, type Log, MachineError } from '@stopgap/machine';
import { type XmlElement, XmlError } from '@stopgap/xml';
import { recorded } from './changes.ts';
import { IisConfigError } from './errors.ts';
import { limits } from './limits.ts';
import type { Addition } from './ours/addition.ts';
import { insertOurs } from './ours/insert.ts';
import { type FormerValue, markedFor } from './ours/marker.ts';
import type { Place } from './ours/place.ts';
import { type Standing, standingIn } from './ours/standing.ts';
import { stripOurs, stripOursFrom } from './ours/strip.ts';
import { type Document, readBytes, readText } from './text/document.ts';
import { decodeSource, encodeSource } from './text/source-text.ts';

/** What files are moved with. */
export interface Mover {
  readonly files: Files;
  readonly folders: Folders;
  readonly log: Log;
}

/**
 * Makes a change, comparing just before it replaces. Twice is as good as once. Throws `HostError` `changed-meanwhile` when the
 * file is neither as it was planned from nor as it is to be.
 */
export function performChange({ path, before, after }: FileChange, { files, folders }: Mover): void {
  folders.sweep(path);
  const now = recorded(files.read(path, limits.fileBytes));
  if (same(now, after)) return;
  if (!same(now, before)) {
    throw new HostError('changed-meanwhile', `${path} was changed by somebody after it was looked at; look again`);
  }
  if (putUnlessChanged(path, now, after, files)) return;
  throw new HostError('changed-meanwhile', `${path} was changed by somebody in the moment of its change; look again`);
}

/**
 * Takes a change back. Twice, or without `performChange` before, does no harm. Where somebody has edited the file
 * meanwhile, what is ours becomes what it was before, and theirs stays. Throws `HostError` `changed-meanwhile` when it keeps
 * changing.
 */
export function undoChange(change: FileChange, { files, folders, log }: Mover): void {
  const { path, before, after } = change;
  for (let attempt = 0; attempt < limits.editAttempts; attempt++) {
    folders.sweep(path);
    const now = recorded(files.read(path, limits.fileBytes));
    // Whoever deleted it took ours away with it.
    if (same(now, before) || (now === null && !same(now, after))) return;
    if (now === null || same(now, after)) {
      if (putUnlessChanged(path, now, before, files)) return;
      continue;
    }
    log.warn('the file was changed by somebody meanwhile; only our part is taken back', { file: path });
    const next = oursAsIn(before, now, path, () => strippedText(change, now));
    if (same(next, now) || putUnlessChanged(path, now, next, files)) return;
  }
  const message = `${path} changes again and again while our part is taken out; try again when its editing is done`;
  throw new HostError('changed-meanwhile', message);
}

/** The file as it is now, with what is ours as it was in `before`; `otherwise` for one that cannot be read any more. */
function oursAsIn(
  before: FileContent | null,
  now: FileContent,
  path: string,
  otherwise: () => FileContent | undefined,
): FileContent | null {
  try {
    const document = readBytes(bytesOf(now), path);
    const stripped = stripOurs(document);
    if (stripped === undefined) return before;
    const base = readText(stripped, path);
    const additions = before ? additionsIn(readBytes(bytesOf(before), path)) : [];
    const text = additions.length > 0 ? insertOurs(base, additions) : stripped;
    return { base64: encodeSource(text, document.source).toString('base64'), mode: now.mode };
  } catch (error) {
    if (!(error instanceof IisConfigError)) throw error;
    const left = otherwise();
    if (left) return left;
    const message = `${error.message}; our part cannot be taken out of it before that is corrected`;
    throw new HostError('configuration-refused', message, error);
  }
}

/** A file that somebody broke, without ours, where there was nothing of ours before and each piece of it is whole. */
function strippedText({ path, before, after }: FileChange, now: FileContent): FileContent | undefined {
  if (!after || (before && markedFor(bytesOf(before).toString('latin1')).length > 0)) return undefined;
  try {
    const source = decodeSource(bytesOf(now));
    const text = stripOursFrom(source.text, readBytes(bytesOf(after), path));
    return text === undefined ? undefined : { base64: encodeSource(text, source).toString('base64'), mode: now.mode };
  } catch (error) {
    if (error instanceof XmlError || error instanceof IisConfigError) return undefined;
    throw error;
  }
}

/** What is ours in a file, as additions that put it into another. */
function additionsIn(document: Document): readonly Addition[] {
  return standingIn(document).flatMap((one): readonly Addition[] => {
    const place = placeOf(one);
    if (!one.item || !place) return [];
    const { owner, name, former } = one.marker;
    if (former) return [{ kind: 'set', owner, name, place, values: valuesNow(one.item, former) }];
    return [{ kind: 'put', owner, name, place, element: one.item, renewed: one.remove !== undefined }];
  });
}

function valuesNow(item: XmlElement, former: readonly FormerValue[]) {
  return former.map(([attribute]) => [attribute, item.attributes.get(attribute)?.value ?? ''] as const);
}

function placeOf({ path }: Standing): Place | undefined {
  const collection = path.at(-1)?.name;
  const location = path.find((element) => element.name === 'location')?.attributes.get('path')?.value ?? '';
  return collection === undefined ? undefined : { location, collection: collection as Place['collection'] };
}

/** Compares just before it replaces. `false`: somebody saved meanwhile, and theirs stays. */
function putUnlessChanged(path: string, now: FileContent | null, content: FileContent | null, files: Files): boolean {
  if (content === null) {
    files.remove(path);
    return true;
  }
  try {
    files.write(path, bytesOf(content), { mode: content.mode, ...(now ? { expected: bytesOf(now) } : {}) });
    return true;
  } catch (error) {
    if (error instanceof MachineError && error.code === 'file-changed') return false;
    throw error;
  }
}

function same(a: FileContent | null, b: FileContent | null): boolean {
  return a?.base64 === b?.base64;
}

function bytesOf(content: FileContent): Buffer {
  return Buffer.from(content.base64, 'base64');
}
