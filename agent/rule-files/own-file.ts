import { createHash } from 'node:crypto';
import type { FileContent, HeldAction } from '../host.ts';

/** Our files hold no secret, and admins test their configuration as themselves. */
const fileMode = 0o644;

const preamble =
  '# Written by Stopgap: it writes this file anew when its rules change and removes it with the last one. Do not edit.\n';

/** What a file on a path of ours is. */
export type OwnFile =
  | { readonly kind: 'missing' }
  /** Not written by us. */
  | { readonly kind: 'foreign' }
  | {
      readonly kind: 'ours';
      /** Nobody has changed it since we wrote it. */
      readonly intact: boolean;
      /** Keys (`heldKey`) of the actions that it holds. */
      readonly holds: readonly string[];
      /** All that follows who wrote it and the digest. */
      readonly rest: string;
    };

/**
 * Composes a file of ours, of a server to which `#` begins a comment: who wrote it, a digest of all that follows, and that.
 * Pure.
 */
export function composeOwnFile(rest: string): FileContent {
  const text = `${preamble}# stopgap digest ${sha256(rest)}\n${rest}`;
  return { base64: Buffer.from(text).toString('base64'), mode: fileMode };
}

/** The lines by which a file of ours says what it holds. */
export function holdsLines(keys: readonly string[]): string {
  return keys.map((key) => `# stopgap holds ${key}\n`).join('');
}

/** Tells ours from others', and an untouched one from one that was changed. Pure. */
export function inspectOwnFile(bytes: Uint8Array | undefined): OwnFile {
  if (!bytes) return { kind: 'missing' };
  const text = Buffer.from(bytes).toString('utf8');
  const [, digest, rest] =
    /^# Written by Stopgap[^\n]*\n# stopgap digest ([0-9a-f]{64})\r?\n([\s\S]*)$/.exec(text) ?? [];
  if (digest === undefined || rest === undefined) return { kind: 'foreign' };
  const holds = [...rest.matchAll(/^# stopgap holds (\S.*\S)\s*$/gm)].flatMap(([, key]) => key ?? []);
  return { kind: 'ours', intact: sha256(rest) === digest, holds, rest };
}

/** One action as our files name it: a line without surprises, different when anything about the action is. */
export function heldKey({ mitigation, revision, index, action, mode }: HeldAction): string {
  const meaning = action.kind === 'urlRewrite' ? [action.kind, action.scope, action.source] : [action.kind];
  const digest = sha256(JSON.stringify(meaning)).slice(0, 16);
  return `${encodeURIComponent(mitigation)} revision ${revision} action ${index} ${mode} ${digest}`;
}

/** Begins the names of variables; different for each list of actions, and nobody else's. */
export function variablePrefix(holds: readonly string[]): string {
  return `stopgap_${sha256(holds.join('\n')).slice(0, 8)}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
