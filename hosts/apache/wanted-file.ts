import type { FileContent, HeldAction } from '@stopgap/agent';
import { compileApache } from '@stopgap/rewrite';
import { composeOwnFile, heldKey, variablePrefix } from './own/own-file.ts';
import { scopedRules } from './rules.ts';

/** Our file for a wanted set: the same set, in the same order, gives the same bytes. Throws `RewriteError`. Pure. */
export function wantedFile(wanted: readonly HeldAction[], observeLog: string): FileContent {
  const holds = wanted.map(heldKey);
  const { main, modules } = compileApache(scopedRules(wanted), { variablePrefix: variablePrefix(holds), observeLog });
  return composeOwnFile(holds, modules, main);
}
