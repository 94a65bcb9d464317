import type { HeldAction } from '@stopgap/agent';
import { heldKey, scopedRules, variablePrefix } from '@stopgap/agent/rule-files';
import { checkApache, compileApache } from '@stopgap/rewrite';

/** What one action becomes on its own, or why it cannot be held. */
export type CompiledAction =
  | {
      readonly held: true;
      readonly text: string;
      readonly modules: readonly string[];
      readonly notes: readonly string[];
      /** Nothing of it has an effect in this mode. */
      readonly empty: boolean;
    }
  | { readonly held: false; readonly reason: string };

/** Compiles one action alone. Pure. */
export function compileOne(held: HeldAction, observeLog: string): CompiledAction {
  if (held.action.kind !== 'urlRewrite') {
    return { held: false, reason: `Apache holds URL rules, not actions of kind ${held.action.kind}` };
  }
  const rules = scopedRules([held]);
  const refusals = checkApache(rules).map(({ rule, feature, why }) => `rule "${rule}", ${feature}: ${why}`);
  if (refusals.length > 0) return { held: false, reason: `Apache cannot hold this: ${refusals.join('; ')}` };
  const { main, modules, notes } = compileApache(rules, {
    variablePrefix: variablePrefix([heldKey(held)]),
    observeLog,
  });
  return { held: true, text: main, modules, notes: notes.map(({ text }) => text), empty: main === '' };
}
