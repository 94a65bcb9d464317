import { type Files, systemFiles } from '@stopgap/machine';
import { isLogName } from '../log/index.ts';
import { feedLayout } from './layout.ts';
import { readDocument, readPublished } from './repository.ts';
import { readSettings } from './settings.ts';
import { readStaged } from './stage.ts';

/** A document that is out now. */
export interface PublishedDocument {
  readonly role: string;
  readonly name: string;
  readonly bytes: Buffer;
}

/** The documents that are out, checked; those for which `wanted` says so by their name. Throws `feed-missing`, `feed-damaged`. */
export function publishedDocuments(
  folder: string,
  wanted: (name: string) => boolean,
  files: Files = systemFiles,
): readonly PublishedDocument[] {
  const layout = feedLayout(folder);
  const settings = readSettings(layout, files);
  if (settings.root.version === 0) return [];
  const { roles } = readPublished(layout, files, settings);
  return [...roles].flatMap(
    ([
      role,
      {
        metadata: { signed },
      },
    ]) =>
      Object.keys(signed.targets)
        .filter((name) => !isLogName(name) && wanted(name))
        .flatMap((name) => {
          const bytes = readDocument(layout, files, signed, name);
          return bytes ? [{ role, name, bytes }] : [];
        }),
  );
}

/** What is staged to be added. Throws `feed-missing`. */
export function stagedDocuments(folder: string, files: Files = systemFiles): ReadonlyMap<string, Uint8Array> {
  const layout = feedLayout(folder);
  readSettings(layout, files);
  return readStaged(layout, files).add;
}
