import type { FileContent } from '@stopgap/agent';
import type { FileState, Files, Folders } from '@stopgap/machine';
import { inspectSetFile, type SetFile } from './set-file.ts';

/** One of our files as it stands. */
export interface StandingFile {
  readonly path: string;
  readonly content: FileContent | null;
  readonly found: SetFile;
}

/** Our files as they stand, by kind: those that are there, and those that were asked for. */
export type StandingFiles = ReadonlyMap<string, StandingFile>;

/** Looks at our folder. Strangers' files in it are passed over unless they have the name of a wanted kind. */
export function lookAtOwnFiles(
  folder: string,
  wanted: readonly string[],
  source: { readonly files: Files; readonly folders: Folders },
): StandingFiles {
  const names = source.folders.list(folder) ?? [];
  const present = names.flatMap((name) => /^([a-z_]+)\.conf$/.exec(name)?.[1] ?? []);
  const kinds = [...new Set([...wanted, ...present.toSorted()])];
  const looked = kinds.map((kind): [string, StandingFile] => {
    const path = ownPath(folder, kind);
    const state = source.files.read(path);
    return [kind, { path, content: recorded(state), found: inspectSetFile(state?.bytes) }];
  });
  return new Map(looked.filter(([kind, { found }]) => found.kind !== 'foreign' || wanted.includes(kind)));
}

/** Path of one of our files. */
export function ownPath(folder: string, kind: string): string {
  return `${folder}/${kind}.conf`;
}

/** The first of our paths on which a stranger's file stands. */
export function foreignFile(standing: StandingFiles): StandingFile | undefined {
  return [...standing.values()].find(({ found }) => found.kind === 'foreign');
}

/** The kinds of lines that belong to what stands. */
export function standingKinds(standing: StandingFiles): readonly string[] {
  const kinds = [...standing.values()].flatMap(({ found }) => (found.kind === 'ours' ? found.set : []));
  return [...new Set(kinds)];
}

/** A file as a change records it. */
function recorded(state: FileState | undefined): FileContent | null {
  return state ? { base64: state.bytes.toString('base64'), mode: state.mode } : null;
}
