import path from 'node:path';
import { lineKind } from '../lines/include-line.ts';
import { lineAt, NginxConfigError } from '../syntax/errors.ts';
import { isPattern, matchesPath } from '../syntax/glob-pattern.ts';
import type { ConfigTree } from '../syntax/tree.ts';
import { ownPath } from './standing.ts';

/**
 * Fails where a pattern of the admin's would take our files in as well (`include /etc/nginx/*\/*.conf;`): they would be
 * read in the wrong block. Throws `NginxConfigError`.
 */
export function refuseForeignPatterns(tree: ConfigTree, configFile: string, folder: string): void {
  for (const { statement, file } of tree.visits) {
    const pattern = statement.words[1]?.value;
    if (statement.name !== 'include' || pattern === undefined || lineKind(statement, file.text, folder)) continue;
    const full = path.isAbsolute(pattern) ? pattern : `${path.dirname(configFile)}/${pattern}`;
    const taken = ['http', 'server', 'add_header', 'access_log'].find((kind) =>
      matchesPath(full, ownPath(folder, kind)),
    );
    if (!isPattern(full) || taken === undefined) continue;
    const message = `"include ${pattern}" would take in ${ownPath(folder, taken)} as well: set "folder" of the nginx host to a folder that no pattern matches`;
    throw new NginxConfigError('pattern-takes-ours', file.path, lineAt(file.text, statement.start), message);
  }
}
