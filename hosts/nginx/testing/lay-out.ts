import * as fs from 'node:fs';
import path from 'node:path';
import { systemFiles, systemFolders } from '@stopgap/machine';
import { inMemory } from '@stopgap/machine/testing';
import type { TreeSource } from '../syntax/read-tree.ts';
import type { CorpusCase } from './corpus.ts';

/** A configuration in a temporary folder of its own. */
export interface LaidOut {
  readonly root: string;
  /** Beside the configuration: logs and the like, not in the snapshot. */
  readonly run: string;
  readonly source: TreeSource;
  file(name: string): string;
  /** Every file and link under the root: bytes, mode, or where the link leads. */
  snapshot(): ReadonlyMap<string, string>;
  remove(): void;
}

/** Writes a configuration out. Files have mode 0640, so that a mode that gets lost shows. */
export function layOut({ files, links = [] }: Pick<CorpusCase, 'files' | 'links'>, base = inMemory): LaidOut {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(base), 'stopgap-nginx-'));
  fs.chmodSync(folder, 0o755);
  const root = path.join(folder, 'etc');
  const run = path.join(folder, 'run');
  for (const one of [root, run]) fs.mkdirSync(one);
  const file = (name: string) => path.join(root, name);
  const prepare = (name: string) => {
    fs.mkdirSync(path.dirname(file(name)), { recursive: true });
    return file(name);
  };
  for (const [name, text] of files) {
    fs.writeFileSync(prepare(name), text.replaceAll('@ROOT@', root), { encoding: 'latin1', mode: 0o640 });
    fs.chmodSync(file(name), 0o640);
  }
  for (const [name, target] of links) fs.symlinkSync(target.replaceAll('@ROOT@', root), prepare(name));
  return {
    root,
    run,
    file,
    source: {
      files: systemFiles,
      folders: systemFolders,
      configFile: file('nginx.conf'),
      folder: file('stopgap'),
    },
    snapshot: () => snapshot(root),
    remove: () => fs.rmSync(folder, { recursive: true, force: true }),
  };
}

function snapshot(root: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const entry of fs.readdirSync(root, { recursive: true, withFileTypes: true })) {
    const full = path.join(entry.parentPath, entry.name);
    const stat = fs.lstatSync(full);
    const what = entry.isSymbolicLink()
      ? `-> ${fs.readlinkSync(full)}`
      : entry.isFile()
        ? fs.readFileSync(full, 'latin1')
        : '';
    found.set(path.relative(root, full), `${(stat.mode & 0o7777).toString(8)} ${stat.uid} ${what}`);
  }
  return found;
}
