import type { FileContent, HeldAction } from '@stopgap/agent';
import { composeOwnFile, heldKey, holdsLines, scopedRules, variablePrefix } from '@stopgap/agent/rule-files';
import { compileApache } from '@stopgap/rewrite';

/**
 * Our file for a wanted set: the same set, in the same order, gives the same bytes. The rules stand inside `<IfModule>`
 * sections for all modules that they need: without one of them Apache passes over the rules, which is noticed, instead of
 * refusing to start. Throws `RewriteError`. Pure.
 */
export function wantedFile(wanted: readonly HeldAction[], observeLog: string): FileContent {
  const holds = wanted.map(heldKey);
  const options = { variablePrefix: variablePrefix(holds), observeLog, apart: true };
  const { main, modules } = compileApache(scopedRules(wanted), options);
  const open = modules.map((name) => `<IfModule ${name}_module>\n`).join('');
  const close = modules.map(() => '</IfModule>\n').join('');
  return composeOwnFile(`${holdsLines(holds)}${open}${main}${close}`);
}
