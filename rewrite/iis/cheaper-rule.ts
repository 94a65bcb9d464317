import type { Condition, InboundRule } from '../model.ts';
import { parseTemplate } from '../template/parse-template.ts';
import { reads, type TemplateNode } from '../template/template.ts';
import { joinedPatterns, trimmedPattern } from './cheaper-pattern.ts';

/** A rule of the same verdict that costs less, and whether it takes in more where a line end hides a word. */
export interface CheaperRule {
  readonly rule: InboundRule;
  readonly broader: boolean;
}

/** What a rule costs IIS is what its patterns try: captures that nobody reads and look-aheads that could be conditions go. */
export function cheaperRule(rule: InboundRule): CheaperRule {
  if (rule.patternSyntax !== 'ECMAScript') return { rule, broader: false };
  const { match, conditions } = rule;
  const matchRead = readsCaptures(rule, 'rule-capture');
  const conditionsRead = readsCaptures(rule, 'condition-capture');
  const url = matchRead ? match.url : trimmedPattern(match.url, match.ignoreCase);
  const refuses = ['AbortRequest', 'CustomResponse', 'Redirect'].includes(rule.action.type);
  const maySplit = conditions.logicalGrouping === 'MatchAll' || conditions.list.length === 1;
  let broader = false;
  const list = conditions.list.flatMap((condition): readonly Condition[] => {
    if (conditionsRead || condition.matchType !== 'Pattern') return [condition];
    const patterns =
      condition.negate || !maySplit ? undefined : joinedPatterns(condition.pattern, condition.ignoreCase);
    const isExact = condition.pattern.startsWith('^');
    if (patterns && patterns.length > 0 && (isExact || refuses)) {
      broader ||= !isExact;
      return patterns.map((pattern) => ({ ...condition, pattern }));
    }
    return [{ ...condition, pattern: trimmedPattern(condition.pattern, condition.ignoreCase) }];
  });
  const logicalGrouping = maySplit ? 'MatchAll' : conditions.logicalGrouping;
  return { rule: { ...rule, match: { ...match, url }, conditions: { ...conditions, logicalGrouping, list } }, broader };
}

function readsCaptures({ conditions, serverVariables, action }: InboundRule, kind: TemplateNode['kind']): boolean {
  const texts = [
    ...conditions.list.map(({ input }) => input),
    ...serverVariables.map(({ value }) => value),
    ...('url' in action ? [action.url] : []),
    ...('statusReason' in action ? [action.statusReason, action.statusDescription] : []),
  ];
  return texts.some((text) => reads(parseTemplate(text), kind));
}
