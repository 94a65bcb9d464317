import type { FileContent } from '@stopgap/agent';
import { composeOwnFile, holdsLines, inspectOwnFile, type OwnFile } from '@stopgap/agent/rule-files';

/** What all files that are written together say. */
export interface OwnSet {
  readonly kinds: readonly string[];
  readonly holds: readonly string[];
}

/** What a file says while its set is being exchanged. */
export const betweenSets: OwnSet = { kinds: [], holds: [] };

/** What one of our files says about itself. */
export type SetFile =
  | Exclude<OwnFile, { readonly kind: 'ours' }>
  | (Extract<OwnFile, { readonly kind: 'ours' }> & {
      /** Kinds of the files it was written together with, itself included; empty in the middle of a change. */
      readonly set: readonly string[];
      /** What nginx is to read. */
      readonly body: string;
    });

/** Composes a file of ours: what it belongs to, and what nginx is to read. Pure. */
export function composeSetFile({ kinds, holds }: OwnSet, body: string): FileContent {
  const set = kinds.map((kind) => `# stopgap set ${kind}\n`).join('');
  return composeOwnFile(set + holdsLines(holds) + body);
}

/** Tells ours from others', and which set a file of ours belongs to. Pure. */
export function inspectSetFile(bytes: Uint8Array | undefined): SetFile {
  const found = inspectOwnFile(bytes);
  if (found.kind !== 'ours') return found;
  const { rest } = found;
  const head = /^(?:# stopgap (?:set|holds) .*\n)*/.exec(rest)?.[0] ?? '';
  const set = [...rest.matchAll(/^# stopgap set (\S+)\s*$/gm)].flatMap(([, kind]) => kind ?? []);
  return { ...found, set, body: rest.slice(head.length) };
}
