import type { HeldAction, RenderedPart } from '@stopgap/agent';
import type { RuleCompiler } from './compiler.ts';
import { includeLine } from './lines/include-line.ts';
import { ownPath } from './own/standing.ts';
import { scopedRules } from './rules.ts';

/** The very configuration that one action becomes, by file, and the lines that bring it in. Pure. */
export function renderAction(held: HeldAction, folder: string, compiler: RuleCompiler): readonly RenderedPart[] {
  const rules = scopedRules([held]);
  if (rules.length === 0 || compiler.check(rules).length > 0) return [];
  const { http, server } = compiler.compile(rules);
  return [
    { where: ownPath(folder, 'http'), text: http },
    { where: ownPath(folder, 'server'), text: server },
    { where: 'top of the http block', text: `${includeLine(folder, 'http')}\n` },
    { where: 'top of each protected server block', text: `${includeLine(folder, 'server')}\n` },
  ];
}
