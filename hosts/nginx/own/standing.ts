import path from 'node:path';
import type { FileContent } from '@stopgap/agent';
import type { FileState, Files } from '@stopgap/machine';
import { lineKind } from '../lines/include-line.ts';
import { lineAt, NginxConfigError } from '../syntax/errors.ts';
import { isPattern, matchesPath } from '../syntax/glob-pattern.ts';
import type { ConfigTree } from '../syntax/tree.ts';
import { inspectOwnFile, type OwnFile } from './own-files.ts';

/** One of our two files as it stands. */
export interface StandingFile {
  readonly path: string;
  readonly content: FileContent | null;
  readonly found: OwnFile;
}

/** Our two files as they stand. */
export interface StandingFiles {
  readonly http: StandingFile;
  readonly server: StandingFile;
}

/** Looks at our two files. */
export function lookAtOwnFiles(folder: string, files: Files): StandingFiles {
  const look = (kind: 'http' | 'server'): StandingFile => {
    const file = ownPath(folder, kind);
    const state = files.read(file);
    return { path: file, content: recorded(state), found: inspectOwnFile(state?.bytes) };
  };
  return { http: look('http'), server: look('server') };
}

/** Path of one of our two files. */
export function ownPath(folder: string, kind: 'http' | 'server'): string {
  return `${folder}/${kind}.conf`;
}

/** A file as a change records it. */
export function recorded(state: FileState | undefined): FileContent | null {
  return state ? { base64: state.bytes.toString('base64'), mode: state.mode } : null;
}

/**
 * Fails where a pattern of the admin's would take our files in as well (`include /etc/nginx/*\/*.conf;`): they would be
 * read in the wrong block. Throws `NginxConfigError`.
 */
export function refuseForeignPatterns(tree: ConfigTree, configFile: string, folder: string): void {
  for (const { statement, file } of tree.visits) {
    const pattern = statement.words[1]?.value;
    if (statement.name !== 'include' || pattern === undefined || lineKind(statement, file.text, folder)) continue;
    const full = path.isAbsolute(pattern) ? pattern : `${path.dirname(configFile)}/${pattern}`;
    const taken = (['http', 'server'] as const).find((kind) => matchesPath(full, ownPath(folder, kind)));
    if (!isPattern(full) || !taken) continue;
    const message = `"include ${pattern}" would take in ${ownPath(folder, taken)} as well: set "folder" of the nginx host to a folder that no pattern matches`;
    throw new NginxConfigError('pattern-takes-ours', file.path, lineAt(file.text, statement.start), message);
  }
}
