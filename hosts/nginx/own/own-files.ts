import { createHash } from 'node:crypto';
import type { FileContent, HeldAction } from '@stopgap/agent';

/** Our two files hold no secret, and admins test their configuration as themselves. */
const fileMode = 0o644;

const preamble =
  '# Written by Stopgap: it writes this file anew when its rules change and removes it with the last one. Do not edit.\n';

/** What one of our files says about itself. */
export type OwnFile =
  | { readonly kind: 'missing' }
  /** Not written by us. */
  | { readonly kind: 'foreign' }
  /** `intact`: nobody has changed it since. `holds`: keys (`heldKey`) of the actions that are in it. */
  | { readonly kind: 'ours'; readonly intact: boolean; readonly holds: ReadonlySet<string> };

/** Composes a file of ours: who wrote it, a digest of all that follows, which actions it holds, and the rules. */
export function composeOwnFile(wanted: readonly HeldAction[], body: string): FileContent {
  const rest = wanted.map((held) => `# stopgap holds ${heldKey(held)}\n`).join('') + body;
  const text = `${preamble}# stopgap digest ${sha256(rest)}\n${rest}`;
  return { base64: Buffer.from(text).toString('base64'), mode: fileMode };
}

/** A `server.conf` that does nothing and so fits any `http.conf`, for the moment in which that is exchanged. */
export function neutralServerFile(): FileContent {
  return composeOwnFile([], '# http.conf is being exchanged; the rules follow at once.\n');
}

/** Tells ours from others', and an untouched one from one that was changed. */
export function inspectOwnFile(bytes: Uint8Array | undefined): OwnFile {
  if (!bytes) return { kind: 'missing' };
  const text = Buffer.from(bytes).toString('utf8');
  const [, , digest, rest] =
    /^(# Written by Stopgap[^\n]*\n)# stopgap digest ([0-9a-f]{64})\r?\n([\s\S]*)$/.exec(text) ?? [];
  if (digest === undefined || rest === undefined) return { kind: 'foreign' };
  const holds = [...rest.matchAll(/^# stopgap holds (\S.*\S)\s*$/gm)].map(([, key]) => key ?? '');
  return { kind: 'ours', intact: sha256(rest) === digest, holds: new Set(holds) };
}

/** One action as our files name it: a line without surprises, different when anything about the action is. */
export function heldKey({ mitigation, revision, index, action, mode }: HeldAction): string {
  const meaning = action.kind === 'urlRewrite' ? [action.kind, action.scope, action.source] : [action.kind];
  const digest = sha256(JSON.stringify(meaning)).slice(0, 16);
  return `${encodeURIComponent(mitigation)} revision ${revision} action ${index} ${mode} ${digest}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
