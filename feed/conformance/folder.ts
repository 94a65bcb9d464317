import path from 'node:path';
import { type Files, systemFolders } from '@stopgap/machine';
import { type TrustFolder, trustFolder } from '../consume/folder.ts';

/**
 * The folder that the protocol asks for: what is trusted stands in it by role, e.g. `root.json` and, of a delegated role,
 * `<quoted name>.json`. What is ours alone (the root given at first, the floor of the clock, artifacts by their hash) stands
 * in `.stopgap` beside.
 */
export function metadataFolder(folder: string, files: Files): TrustFolder {
  const trusted = trustFolder(folder, files);
  const own = trustFolder(path.join(folder, '.stopgap'), files);
  const topLevel = ['root.json', 'timestamp.json', 'snapshot.json', 'targets.json'];
  const placeOf = (name: string): readonly [TrustFolder, string] => {
    if (topLevel.includes(name)) return [trusted, name];
    return name.startsWith('roles/') ? [trusted, name.slice('roles/'.length)] : [own, name];
  };
  return {
    read: (name, maxBytes) => {
      const [place, file] = placeOf(name);
      return place.read(file, maxBytes);
    },
    write: (name, bytes) => {
      const [place, file] = placeOf(name);
      place.write(file, bytes);
    },
    remove: (name) => {
      const [place, file] = placeOf(name);
      place.remove(file);
    },
    documents: () => systemFolders.list(path.join(folder, '.stopgap', 'documents')) ?? [],
    tidy: () => {
      for (const place of [trusted, own]) place.tidy();
    },
  };
}
