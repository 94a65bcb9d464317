import type { FileContent, HeldAction } from '@stopgap/agent';
import { heldKey, scopedRules, variablePrefix } from '@stopgap/agent/rule-files';
import type { CompilerOptions, RuleCompiler } from './compiler.ts';
import { composeSetFile } from './own/set-file.ts';

/** How rules are compiled on one nginx. */
export interface CompileFor extends Omit<CompilerOptions, 'prefix'> {
  /**
   * The access log that nginx keeps as long as `http` names none; `undefined` where it does. nginx would give it up for a
   * log of ours, so it is named beside ours.
   */
  readonly defaultLog: string | undefined;
}

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
  const { defaultLog, ...options } = on;
  const compiled = compiler.compile(scopedRules(wanted), { ...options, prefix: variablePrefix(holds) });
  const bodies = defaultLog === undefined ? compiled.bodies : besides(defaultLog, compiled.bodies);
  const kinds = [...bodies.keys()];
  const contents = [...bodies].map(([kind, body]): [string, FileContent] => [
    kind,
    composeSetFile({ kinds, holds }, body),
  ]);
  return { contents: new Map(contents), bodies, holds };
}

function besides(defaultLog: string, bodies: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  if (!bodies.has('access_log')) return bodies;
  return new Map([...bodies, ['http', `${bodies.get('http') ?? ''}access_log "${defaultLog}" combined;\n`]]);
}
