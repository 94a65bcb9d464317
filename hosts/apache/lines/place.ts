import path from 'node:path';
import type { Folders } from '@stopgap/machine';
import { isPlainPath } from '../config.ts';
import { includedPattern } from './include-line.ts';
import { includedBy, takesIn } from './patterns.ts';

/** Where our file stands, and whether a line of ours has to bring it in. */
export interface Place {
  readonly file: string;
  readonly needsLine: boolean;
  /** Where it may have stood before, when the configuration, or ours, was another. */
  readonly elsewhere: readonly string[];
}

/** Folders for whoever has something to add to the server's configuration, by their names in the distributions. */
const welcoming = ['conf-enabled', 'conf.d', 'Includes'];

/**
 * Chooses where our file stands. `zz-`: behind what the admin has in the same folder, so that the last word is ours.
 */
export function placeFor(
  main: { readonly path: string; readonly text: string },
  serverRoot: string,
  configured: string | undefined,
  folders: Folders,
): Place {
  const patterns = includedBy(main.text, serverRoot);
  const usual = patterns
    .map((pattern) => (welcoming.includes(path.basename(pattern)) ? pattern : path.dirname(pattern)))
    .filter((folder) => welcoming.includes(path.basename(folder)) && isPlainPath(folder))
    .filter((folder) => folders.list(folder) !== undefined)
    .map((folder) => path.join(folder, 'zz-stopgap.conf'))
    .find((file) => patterns.some((pattern) => takesIn(pattern, file)));
  const beside = path.join(path.dirname(main.path), 'stopgap.conf');
  const file = configured ?? usual ?? beside;
  const theirs = patterns.filter((pattern) => pattern !== includedPattern(file));
  const possible = [...welcoming.map((folder) => path.join(serverRoot, folder, 'zz-stopgap.conf')), beside];
  return {
    file,
    needsLine: !theirs.some((pattern) => takesIn(pattern, file)),
    elsewhere: possible.filter((one) => one !== file),
  };
}
