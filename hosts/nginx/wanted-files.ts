import type { FileContent, HeldAction } from '@stopgap/agent';
import type { CompilerOptions, RuleCompiler } from './compiler.ts';
import { composeOwnFile, heldKey, setName } from './own/own-files.ts';
import { scopedRules } from './rules.ts';

/** How rules are compiled on one nginx. */
export type CompileFor = Omit<CompilerOptions, 'prefix'>;

/** Our files as they are to be. */
export interface WantedFiles {
  /** By kind. */
  readonly contents: ReadonlyMap<string, FileContent>;
  readonly bodies: ReadonlyMap<string, string>;
  readonly holds: readonly string[];
}

/**
 * Our files for a wanted set: the same set, in the same order, gives the same bytes. The names of a set's variables are
 * its own, so that the definitions of two sets can stand side by side while one is exchanged for the other.
 */
export function wantedFiles(wanted: readonly HeldAction[], compiler: RuleCompiler, on: CompileFor): WantedFiles {
  const holds = wanted.map(heldKey);
  const { bodies } = compiler.compile(scopedRules(wanted), { ...on, prefix: `stopgap_${setName(holds)}` });
  const kinds = [...bodies.keys()];
  const contents = [...bodies].map(([kind, body]): [string, FileContent] => [
    kind,
    composeOwnFile({ kinds, holds }, body),
  ]);
  return { contents: new Map(contents), bodies, holds };
}
