import type { HeldAction } from '@stopgap/agent';
import { levelOf } from '@stopgap/agent/rule-files';
import type { RulesEntry } from '@stopgap/gateway/contract';
import type { ScopedRules } from '@stopgap/rewrite';

type UrlRewrite = Extract<HeldAction['action'], { kind: 'urlRewrite' }>;

/** The one kind of action this host holds, or `undefined`. */
export function rewriteOf(held: HeldAction): UrlRewrite | undefined {
  return held.action.kind === 'urlRewrite' ? held.action : undefined;
}

/** The entry of the rules file that an action becomes. */
export function entryOf(held: HeldAction, action: UrlRewrite): RulesEntry {
  return {
    owner: held.mitigation,
    revision: held.revision,
    index: held.index,
    level: levelOf(action),
    mode: held.mode,
    rewrite: action.source,
  };
}

/** The same action as rules to compile. */
export function scopedOf(held: HeldAction, action: UrlRewrite): ScopedRules {
  return { owner: held.mitigation, level: levelOf(action), mode: 'enforce', configuration: action.rewrite };
}

/** Entries stand in the file by owner, then index: the same wanted set gives the same bytes. */
export function inOrder(entries: readonly RulesEntry[]): readonly RulesEntry[] {
  return [...entries].sort((a, b) => (a.owner < b.owner ? -1 : a.owner > b.owner ? 1 : a.index - b.index));
}

/** Which action of which mitigation an entry is. */
export function keyOf(entry: Pick<RulesEntry, 'owner' | 'index'>): string {
  return `${entry.owner}\n${entry.index}`;
}

/** Whether two entries say the same. */
export function sameEntry(a: RulesEntry, b: RulesEntry): boolean {
  return (
    keyOf(a) === keyOf(b) &&
    a.revision === b.revision &&
    a.level === b.level &&
    a.mode === b.mode &&
    a.rewrite === b.rewrite
  );
}
