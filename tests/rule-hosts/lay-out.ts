import * as fs from 'node:fs';
import path from 'node:path';

/** Files and links of a configuration; `@ROOT@` and `@RUN@` in a text stand for the folders it is laid out in. */
export interface Layout {
  readonly files: readonly (readonly [string, string])[];
  readonly links?: readonly (readonly [string, string])[];
}

/** A configuration in a temporary folder. */
export interface LaidOutFiles {
  readonly root: string;
  /** Beside the configuration: logs, documents and the like, not in the snapshot. */
  readonly run: string;
  file(name: string): string;
  /** Changes one file as an editor does. */
  edit(name: string, change: (text: string) => string): void;
  /** Every file and link under the root: bytes, mode, or where the link leads; the folder's own path taken out. */
  snapshot(): ReadonlyMap<string, string>;
  remove(): void;
}

/** Writes a configuration out into a new folder in `base`. Files have mode 0640, so that a mode that gets lost shows. */
export function layOutFiles({ files, links = [] }: Layout, base: string, prefix: string): LaidOutFiles {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(base), prefix));
  fs.chmodSync(folder, 0o755);
  const root = path.join(folder, 'etc');
  const run = path.join(folder, 'run');
  for (const one of [root, run]) fs.mkdirSync(one);
  const file = (name: string) => path.join(root, name);
  const filled = (text: string) => text.replaceAll('@ROOT@', root).replaceAll('@RUN@', run);
  const prepare = (name: string) => {
    fs.mkdirSync(path.dirname(file(name)), { recursive: true });
    return file(name);
  };
  for (const [name, text] of files) {
    fs.writeFileSync(prepare(name), filled(text), { encoding: 'latin1', mode: 0o640 });
    fs.chmodSync(file(name), 0o640);
  }
  for (const [name, target] of links) fs.symlinkSync(filled(target), prepare(name));
  return {
    root,
    run,
    file,
    edit: (name, change) => fs.writeFileSync(file(name), change(fs.readFileSync(file(name), 'latin1')), 'latin1'),
    snapshot: () => snapshot(root, folder),
    remove: () => fs.rmSync(folder, { recursive: true, force: true }),
  };
}

function snapshot(root: string, folder: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const entry of fs.readdirSync(root, { recursive: true, withFileTypes: true })) {
    const full = path.join(entry.parentPath, entry.name);
    const stat = fs.lstatSync(full);
    const what = entry.isSymbolicLink()
      ? `-> ${fs.readlinkSync(full)}`
      : entry.isFile()
        ? fs.readFileSync(full, 'latin1')
        : '';
    const text = what.replaceAll(folder, '@FOLDER@');
    found.set(path.relative(root, full), `${(stat.mode & 0o7777).toString(8)} ${stat.uid} ${text}`);
  }
  return new Map([...found].sort());
}
