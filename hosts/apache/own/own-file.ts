import { createHash } from 'node:crypto';
import type { FileContent, HeldAction } from '@stopgap/agent';

/** Our file holds no secret, and admins test their configuration as themselves. */
const fileMode = 0o644;

const preamble =
  '# Written by Stopgap: it writes this file anew when its rules change and removes it with the last one. Do not edit.\n';

/** What a file on our path is. */
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
    };

/**
 * Composes our file: who wrote it, a digest of all that follows, what it holds, and what Apache is to read. The rules stand
 * inside `<IfModule>` sections for all modules that they need: without one of them Apache passes over the rules, which is
 * noticed, instead of refusing to start. Pure.
 */
export function composeOwnFile(holds: readonly string[], modules: readonly string[], body: string): FileContent {
  const head = holds.map((key) => `# stopgap holds ${key}\n`).join('');
  const open = modules.map((name) => `<IfModule ${name}_module>\n`).join('');
  const close = modules.map(() => '</IfModule>\n').join('');
  const rest = `${head}${open}${body}${close}`;
  const text = `${preamble}# stopgap digest ${sha256(rest)}\n${rest}`;
  return { base64: Buffer.from(text).toString('base64'), mode: fileMode };
}

/** Tells ours from others', and an untouched one from one that was changed. Pure. */
export function inspectOwnFile(bytes: Uint8Array | undefined): OwnFile {
  if (!bytes) return { kind: 'missing' };
  const text = Buffer.from(bytes).toString('utf8');
  const [, digest, rest] =
    /^# Written by Stopgap[^\n]*\n# stopgap digest ([0-9a-f]{64})\r?\n([\s\S]*)$/.exec(text) ?? [];
  if (digest === undefined || rest === undefined) return { kind: 'foreign' };
  const holds = [...rest.matchAll(/^# stopgap holds (\S.*\S)\s*$/gm)].flatMap(([, key]) => key ?? []);
  return { kind: 'ours', intact: sha256(rest) === digest, holds };
}

/** One action as our file names it: a line without surprises, different when anything about the action is. */
export function heldKey({ mitigation, revision, index, action, mode }: HeldAction): string {
  const meaning = action.kind === 'urlRewrite' ? [action.kind, action.scope, action.source] : [action.kind];
  const digest = sha256(JSON.stringify(meaning)).slice(0, 16);
  return `${encodeURIComponent(mitigation)} revision ${revision} action ${index} ${mode} ${digest}`;
}

/** Begins the names of our variables; nobody else's do. */
export function variablePrefix(holds: readonly string[]): string {
  return `stopgap_${sha256(holds.join('\n')).slice(0, 8)}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
