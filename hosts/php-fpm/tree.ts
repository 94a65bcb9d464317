import path from 'node:path';
import { HostError } from '@stopgap/agent';
import type { FileState, Files, Folders } from '@stopgap/machine';
import { withoutMarks } from './marks.ts';
import { type ParsedFile, parseFile, type Section } from './sections.ts';

/** One file of the configuration. */
export interface ConfigFile {
  readonly path: string;
  readonly state: FileState;
  /** As it stands; a character for each byte. */
  readonly text: string;
  /** With nothing of ours in it. */
  readonly bare: string;
  readonly parsed: ParsedFile;
}

/** A pool, with every place that defines it: PHP-FPM takes several sections of one name together. */
export interface Pool {
  readonly name: string;
  readonly places: readonly { readonly file: ConfigFile; readonly section: Section }[];
  readonly settings: ReadonlyMap<string, string>;
}

/** Where the configuration is read from. */
export interface Source {
  readonly configFile: string;
  readonly prefix: string;
  readonly files: Files;
  readonly folders: Folders;
}

const mostFiles = 500;

/** The main file and all that it includes, in the order in which PHP-FPM reads them. Throws `HostError` `unreachable`. */
export function readTree({ configFile, prefix, files, folders }: Source): readonly ConfigFile[] {
  const found = new Map<string, ConfigFile>();
  const take = (file: string) => {
    const real = folders.realPath(file);
    if (real === undefined || found.has(real)) return;
    if (found.size >= mostFiles) throw new HostError('configuration-refused', `${file}: more than ${mostFiles} files`);
    const state = files.read(real);
    if (!state) return;
    const text = state.bytes.toString('latin1');
    const bare = withoutMarks(text);
    const parsed = parseFile(bare);
    found.set(real, { path: real, state, text, bare, parsed });
    for (const { pattern } of parsed.includes)
      for (const one of glob(path.resolve(prefix, pattern), folders)) take(one);
  };
  take(configFile);
  if (found.size === 0) throw new HostError('unreachable', `${configFile} is not there; is PHP-FPM installed?`);
  return [...found.values()];
}

/** All pools, whether taken out by us or not. */
export function poolsOf(tree: readonly ConfigFile[]): ReadonlyMap<string, Pool> {
  const pools = new Map<string, Pool>();
  for (const file of tree) {
    for (const section of file.parsed.sections) {
      if (section.name === 'global') continue;
      const known = pools.get(section.name);
      pools.set(section.name, {
        name: section.name,
        places: [...(known?.places ?? []), { file, section }],
        settings: new Map([...(known?.settings ?? []), ...section.settings]),
      });
    }
  }
  return pools;
}

/** A setting of `[global]`. */
export function globalSetting(tree: readonly ConfigFile[], name: string): string | undefined {
  const sections = tree.flatMap(({ parsed }) => parsed.sections.filter((one) => one.name === 'global'));
  return sections.findLast(({ settings }) => settings.has(name))?.settings.get(name);
}

/** Files that match a pattern as glob(3) has it, sorted; a missing folder has none. */
export function glob(pattern: string, folders: Folders): readonly string[] {
  const parts = pattern.split('/').filter(Boolean);
  let found = ['/'];
  for (const part of parts) {
    const wild = /[*?[]/.test(part) ? patternOf(part) : undefined;
    found = found.flatMap((folder) => {
      if (!wild) return [path.posix.join(folder, part)];
      const names = (folders.list(folder) ?? []).filter((name) => wild.test(name));
      return [...names].sort().map((name) => path.posix.join(folder, name));
    });
  }
  return found;
}

/** `*` and `?` take no leading dot. */
function patternOf(part: string): RegExp {
  const source = part.replace(/\[!?[^\]]+\]|[\s\S]/g, (piece) => {
    if (piece === '*') return '[^/]*';
    if (piece === '?') return '[^/]';
    if (piece.length > 1) return piece.replace(/^\[!/, '[^').replaceAll('\\', '\\\\');
    return piece.replace(/[\\^$.|+()[\]{}]/, '\\$&');
  });
  return new RegExp(`^${/^[*?[]/.test(part) ? '(?!\\.)' : ''}${source}$`);
}
