import type { InboundRule, RewriteMap } from '../model.ts';
import { patternTree } from '../pattern/index.ts';
import { literalText, type Side } from '../pcre/index.ts';
import type { Tested } from './condition.ts';
import { type Demand, testCondition, testPattern } from './condition.ts';
import { and, type Formula, or, test } from './formula.ts';
import type { InputSource } from './input.ts';
import { RuleReferences } from './references.ts';
import { expressionKey } from './text.ts';

/** When a rule fires, and what a request must hold for it. */
export interface RuleTest {
  readonly formula: Formula;
  readonly demands: readonly Demand[];
}

/**
 * Works out when a rule fires. `side`: a rule that refuses is wide (it fires at least where IIS's does), one that lets later rules off is
 * narrow. `@throws` Inexpressible.
 */
export function testRule(
  rule: InboundRule,
  level: string,
  inputs: InputSource,
  side: Side,
  maps: readonly RewriteMap[] = [],
): RuleTest {
  const within = level === '/' ? undefined : testLevel(level, inputs, side);
  const tree = patternTree(rule.match.url, rule.patternSyntax, rule.match.ignoreCase);
  const relative = () => inputs.relativePath(level, literalText(level, false));
  const match = testPattern(tree, relative, inputs, side, rule.match.negate);
  const references = (tested: number) => new RuleReferences(rule, level, inputs, maps, tested);
  const conditions = testConditions(rule, inputs, side, references);
  const parts = [...(within ? [within] : []), match, conditions];
  return { formula: and(parts.map((part) => part.formula)), demands: parts.flatMap((part) => part.demands) };
}

function testConditions(
  { conditions, patternSyntax }: InboundRule,
  inputs: InputSource,
  side: Side,
  references: (tested: number) => RuleReferences,
): Tested {
  const { list, logicalGrouping } = conditions;
  const tested = list.map((condition, at) => testCondition(condition, patternSyntax, inputs, side, references(at)));
  const formulas = tested.map((one) => one.formula);
  if (logicalGrouping === 'MatchAll' || list.length === 0) {
    return { formula: and(formulas), demands: tested.flatMap((one) => one.demands) };
  }
  return { formula: or(formulas), demands: anyDemand(tested) };
}

/** Where any of the conditions is enough: if each of them needs something in the same text, one of all that. */
function anyDemand(tested: readonly Tested[]): readonly Demand[] {
  const firsts = tested.map((one) => one.demands.at(0));
  const [first] = firsts;
  if (first === undefined) return [];
  const same = firsts.filter((demand) => demand !== undefined && demand.scan.source === first.scan.source);
  if (same.length < tested.length) return [];
  const escapes = same.some((demand) => demand?.scan.escapes);
  return [{ scan: { ...first.scan, escapes }, strings: same.flatMap((demand) => demand?.strings ?? []) }];
}

/** Whether the path lies at or under the level, as IIS sees it: letter case does not matter. Odd paths may lie anywhere. */
export function testLevel(level: string, inputs: InputSource, side: Side): Tested {
  const { source, scan } = inputs.path();
  const keys = [
    expressionKey(true, `(?s)^${literalText(level, false)}(?:/|\\z)`),
    ...(side === 'wide' ? ['"~^//"'] : []),
  ];
  return { formula: test(source, keys), demands: scan ? [{ scan, strings: [level] }] : [] };
}
