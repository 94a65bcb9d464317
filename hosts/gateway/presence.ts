import type { Finding, HeldAction } from '@stopgap/agent';
import { levelOf } from '@stopgap/agent/rule-files';
import type { RulesEntry } from '@stopgap/gateway/contract';
import {
  type InboundRule,
  meaningOf,
  type OutboundRule,
  onlyRefuses,
  type RewriteConfiguration,
} from '@stopgap/rewrite';
import { entryOf, keyOf, rewriteOf, sameEntry } from './entries.ts';

/** What stands in the rules file. */
export interface FoundRules {
  readonly entries: readonly RulesEntry[];
  /** Why the file is not as this host left it; `undefined`: it is. */
  readonly damage: string | undefined;
}

/** How one wanted action stands, looking at the rules file and at the administrator's own rules. Pure. */
export function findingFor(held: HeldAction, found: FoundRules, own: RewriteConfiguration | undefined): Finding {
  const action = rewriteOf(held);
  if (!action) return { presence: 'absent', detail: `a gateway holds no ${held.action.kind}` };
  const elsewhere = own && ownFinding(action.rewrite, levelOf(action), own);
  if (elsewhere) return elsewhere;
  const wanted = entryOf(held, action);
  const entry = found.entries.find((one) => keyOf(one) === keyOf(wanted));
  if (found.damage !== undefined) return { presence: 'drifted', detail: found.damage };
  if (!entry) return { presence: 'absent', detail: 'not in the rules file' };
  if (sameEntry(entry, wanted)) return { presence: 'in-place', detail: `in the rules file at level ${entry.level}` };
  return { presence: 'absent', detail: `revision ${entry.revision} (${entry.mode}) stands in the rules file` };
}

function ownFinding(ours: RewriteConfiguration, level: string, own: RewriteConfiguration): Finding | undefined {
  const theirs = rulesOf(own).map((rule) => ({ rule, meaning: meaningOf(rule, own) }));
  const wanted = rulesOf(ours).filter((rule) => rule.enabled);
  const names: string[] = [];
  for (const rule of wanted) {
    const meaning = meaningOf(rule, ours);
    const clash = theirs.find((one) => sameName(one.rule, rule) && one.meaning !== meaning);
    if (clash)
      return {
        presence: 'conflict',
        detail: `the own rule "${clash.rule.name}" has this name and does something else`,
      };
    const twin = theirs.find((one) => one.rule.enabled && one.meaning === meaning && isReached(one.rule, own));
    if (twin) names.push(twin.rule.name);
  }
  // Own rules stand at the root; below it the same text would be matched against another URL.
  if (level !== '/' || wanted.length === 0 || names.length < wanted.length) return undefined;
  return { presence: 'adopted', detail: `the own rule "${names.join('", "')}" does the same` };
}

/** Whether no rule before this one in its list could keep a request from it. */
function isReached(rule: InboundRule | OutboundRule, own: RewriteConfiguration): boolean {
  if (!('serverVariables' in rule)) return own.outboundRules.every((one) => one === rule || !one.stopProcessing);
  const before = [...own.globalRules, ...own.rules];
  return before.slice(0, before.indexOf(rule)).every((one) => !one.enabled || onlyRefuses(one));
}

function rulesOf(configuration: RewriteConfiguration): readonly (InboundRule | OutboundRule)[] {
  return [...configuration.globalRules, ...configuration.rules, ...configuration.outboundRules];
}

function sameName(a: { name: string }, b: { name: string }): boolean {
  return a.name.toLowerCase() === b.name.toLowerCase();
}
