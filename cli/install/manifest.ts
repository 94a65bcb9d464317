import path from 'node:path';
import { decodeJson, listOf, object, oneOf, optional, text, whole } from '@stopgap/machine';
import type { Disk } from './disk.ts';

/** What an installation has added to a server: all of it, and nothing that was there before. */
export interface Manifest {
  readonly version: 1;
  /** The checkout that the service runs. */
  readonly program: string;
  readonly items: readonly ManifestItem[];
}

/** One thing that was added. */
export interface ManifestItem {
  readonly kind: 'folder' | 'file' | 'link' | 'task';
  readonly path: string;
  /** A folder that goes with all that is in it. */
  readonly whole?: boolean | undefined;
}

const decode = object({
  version: whole(1, 1),
  program: text(),
  items: listOf(
    object({ kind: oneOf('folder', 'file', 'link', 'task'), path: text(), whole: optional((value) => value === true) }),
    1000,
  ),
});

/** Where the manifest stands. */
export function manifestFile(stateFolder: string): string {
  return path.join(stateFolder, 'install.json');
}

/** Reads the manifest; `undefined` where nothing was installed with this state folder. Throws `invalid-json`. */
export function readManifest(stateFolder: string, disk: Disk): Manifest | undefined {
  const file = manifestFile(stateFolder);
  const standing = disk.look(file);
  if (standing.kind !== 'file') return undefined;
  const { program, items } = decodeJson(standing.text, file, decode);
  return { version: 1, program, items };
}

/** The text of a manifest. */
export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

/** What was added before, and what is added now, each once; in the order in which it was added. */
export function together(before: readonly ManifestItem[], now: readonly ManifestItem[]): readonly ManifestItem[] {
  const known = new Map([...before, ...now].map((item) => [`${item.kind} ${item.path}`, item]));
  return [...known.values()];
}
