import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Absolute path of the repository. */
export const repositoryRoot = path.join(import.meta.dirname, '..');

/** A code file of the repository. */
export interface Source {
  /** From the repository's root, with `/`. */
  readonly path: string;
  readonly text: string;
}

const notOurs = new Set(['node_modules', '.git', 'coverage']);

/** Every code file of the repository, sorted by path; dependencies and generated folders left out. */
export function listSources(): readonly Source[] {
  return listPaths(['**/*.{ts,mts,cts,js,mjs,cjs}']).map(readSource);
}

/** Paths of the repository that match the patterns, sorted, with `/`. */
export function listPaths(patterns: readonly string[]): readonly string[] {
  const found = globSync(patterns, {
    cwd: repositoryRoot,
    exclude: (entry) => notOurs.has(path.basename(entry)),
  });
  return found.map((file) => file.split(path.sep).join('/')).sort();
}

const known = new Map<string, Source>();

/** Reads one file by its path from the root. The same object for the same text, so that its syntax is parsed once. */
export function readSource(file: string): Source {
  const text = readFileSync(path.join(repositoryRoot, file), 'utf8');
  const before = known.get(file);
  if (before?.text === text) return before;
  const source = { path: file, text };
  known.set(file, source);
  return source;
}

/** Whether the file only ever runs under the test runner. */
export function isTest(file: string): boolean {
  return /\.test\.ts$/.test(file) || /(^|\/)(tests|testing)\//.test(file);
}
