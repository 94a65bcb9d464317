import type { HeldAction } from '@stopgap/agent';
import { scopedRules } from '@stopgap/agent/rule-files';
import type { CompiledRules, CompilerOptions, RuleCompiler } from './compiler.ts';

/** What one action becomes on its own, or why it cannot be held. */
export type CompiledAction =
  | { readonly held: true; readonly compiled: CompiledRules }
  | { readonly held: false; readonly reason: string };

/** Compiles one action alone. Pure. */
export function compileOne(held: HeldAction, compiler: RuleCompiler, options: CompilerOptions): CompiledAction {
  if (held.action.kind !== 'urlRewrite') {
    return { held: false, reason: `nginx holds URL rules, not actions of kind ${held.action.kind}` };
  }
  const rules = scopedRules([held]);
  const refusals = compiler.check(rules, options);
  if (refusals.length > 0) return { held: false, reason: `nginx cannot hold this: ${refusals.join('; ')}` };
  return { held: true, compiled: compiler.compile(rules, options) };
}
