import { createHash } from 'node:crypto';
import type { FileContent, HeldAction } from '@stopgap/agent';

/** Our files hold no secret, and admins test their configuration as themselves. */
const fileMode = 0o644;

const preamble =
  '# Written by Stopgap: it writes this file anew when its rules change and removes it with the last one. Do not edit.\n';

/** What one of our files says about itself. */
export type OwnFile =
  | { readonly kind: 'missing' }
  /** Not written by us. */
  | { readonly kind: 'foreign' }
  | {
      readonly kind: 'ours';
      /** Nobody has changed it since we wrote it. */
      readonly intact: boolean;
      /** Kinds of the files it was written together with, itself included; empty in the middle of a change. */
      readonly set: readonly string[];
      /** Keys (`heldKey`) of the actions that are in the set. */
      readonly holds: readonly string[];
      /** What nginx is to read. */
      readonly body: string;
    };

/** What all files that are written together say. */
export interface OwnSet {
  readonly kinds: readonly string[];
  readonly holds: readonly string[];
}

/** What a file says while its set is being exchanged. */
export const betweenSets: OwnSet = { kinds: [], holds: [] };

/** Composes a file of ours: who wrote it, a digest of all that follows, what it belongs to, and what nginx is to read. */
export function composeOwnFile({ kinds, holds }: OwnSet, body: string): FileContent {
  const lines = [...kinds.map((kind) => `set ${kind}`), ...holds.map((key) => `holds ${key}`)];
  const rest = lines.map((line) => `# stopgap ${line}\n`).join('') + body;
  const text = `${preamble}# stopgap digest ${sha256(rest)}\n${rest}`;
  return { base64: Buffer.from(text).toString('base64'), mode: fileMode };
}

/** Tells ours from others', and an untouched one from one that was changed. */
export function inspectOwnFile(bytes: Uint8Array | undefined): OwnFile {
  if (!bytes) return { kind: 'missing' };
  const text = Buffer.from(bytes).toString('utf8');
  const [, digest, rest] =
    /^# Written by Stopgap[^\n]*\n# stopgap digest ([0-9a-f]{64})\r?\n([\s\S]*)$/.exec(text) ?? [];
  if (digest === undefined || rest === undefined) return { kind: 'foreign' };
  const [head = '', set = [], holds = []] = [
    /^(?:# stopgap (?:set|holds) .*\n)*/.exec(rest)?.[0],
    matches(rest, /^# stopgap set (\S+)\s*$/gm),
    matches(rest, /^# stopgap holds (\S.*\S)\s*$/gm),
  ];
  return { kind: 'ours', intact: sha256(rest) === digest, set, holds, body: rest.slice(head.length) };
}

function matches(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].flatMap(([, found]) => found ?? []);
}

/** One action as our files name it: a line without surprises, different when anything about the action is. */
export function heldKey({ mitigation, revision, index, action, mode }: HeldAction): string {
  const meaning = action.kind === 'urlRewrite' ? [action.kind, action.scope, action.source] : [action.kind];
  const digest = sha256(JSON.stringify(meaning)).slice(0, 16);
  return `${encodeURIComponent(mitigation)} revision ${revision} action ${index} ${mode} ${digest}`;
}

/** Begins the names of a set's variables; different for each list of actions. */
export function variablePrefix(holds: readonly string[]): string {
  return `stopgap_${sha256(holds.join('\n')).slice(0, 8)}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
