import { oneFileCases } from './corpus-one-file.ts';
import { strangeCases } from './corpus-strange.ts';
import { treeCases } from './corpus-trees.ts';

/** One configuration that an admin might have. */
export interface CorpusCase {
  readonly name: string;
  /** By path under the root, bytes as latin1. `@ROOT@` stands for the root. nginx starts from `nginx.conf`. */
  readonly files: readonly (readonly [path: string, text: string])[];
  /** Links by path under the root. */
  readonly links?: readonly (readonly [path: string, target: string])[];
  readonly http: number;
  readonly servers: number;
  /** Files that get lines of ours, in nginx's order of reading. */
  readonly edited: readonly string[];
  /** Modules that are packages of their own, without which nginx refuses it. */
  readonly needs?: readonly string[];
  /** Why nginx 1.22 of Debian refuses it as it is; absent: it accepts it. */
  readonly refused?: string;
}

/** All of them. */
export const corpus: readonly CorpusCase[] = [...oneFileCases, ...treeCases, ...strangeCases];
