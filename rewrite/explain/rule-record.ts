import type { TestedCondition } from '../evaluate/conditions.ts';
import type { InboundRule, OutboundRule } from '../model.ts';
import type {
  PreparedInboundRule,
  PreparedInboundSet,
  PreparedOutboundRule,
  PreparedOutboundSet,
} from '../prepare/rules.ts';
import type { ExplainedCondition, ExplainedRule, PatternTrial, RuleFate } from './explanation.ts';
import type { Hints } from './hints.ts';
import { placeWords } from './words.ts';

type AnySet = PreparedInboundSet | PreparedOutboundSet;
type AnyRule = PreparedInboundRule | PreparedOutboundRule;

/** What has been seen of one rule so far. */
export class RuleRecord {
  readonly set: AnySet;
  readonly rule: AnyRule;
  readonly #trial: PatternTrial;
  readonly #hints: Hints;
  readonly #conditions: ExplainedCondition[] = [];
  #action: string | undefined;

  constructor(set: AnySet, rule: AnyRule, input: string, captures: readonly string[] | undefined, hints: Hints) {
    this.set = set;
    this.rule = rule;
    this.#hints = hints;
    const { source, syntax, ignoreCase } = rule.pattern;
    const { negate } = rule.source.match;
    const trial = { pattern: source, syntax, ignoreCase, negate, input, captures };
    this.#trial = { ...trial, ...named(negate ? undefined : hints.ofMatch(trial, !('place' in rule))) };
  }

  tested({ condition, input, captures, holds }: TestedCondition): void {
    const { matchType, negate, input: template } = condition.source;
    const { pattern } = condition;
    const trial = pattern && {
      pattern: pattern.source,
      syntax: pattern.syntax,
      ignoreCase: pattern.ignoreCase,
      negate,
      input,
      captures,
    };
    const told = { template, trial, matchType, input, negate, holds };
    this.#conditions.push({ ...told, ...named(this.#hints.ofCondition(told)) });
  }

  /** `action`: what the rule does, in words. */
  fired(action: string): void {
    this.#action = action;
  }

  explained(): ExplainedRule {
    const [fate, why] = this.#fate();
    return {
      ...identity(this.set, this.rule.source),
      fate,
      why,
      trial: this.#trial,
      ...('place' in this.rule ? { where: placeWords(this.rule) } : {}),
      conditions: this.#conditions,
      logicalGrouping: this.rule.conditions.logicalGrouping,
      conditionCount: this.rule.conditions.list.length,
    };
  }

  #fate(): readonly [RuleFate, string] {
    if (this.#action !== undefined) return ['fired', this.#action];
    const { captures, negate } = this.#trial;
    if (captures === undefined && !negate) return ['pattern-did-not-match', 'its pattern did not match'];
    if (captures !== undefined && negate) {
      return ['pattern-matched', 'its pattern matched, and the rule is for what does not match (negate)'];
    }
    if (this.rule.conditions.logicalGrouping === 'MatchAny') {
      return ['conditions-did-not-hold', 'none of its conditions held, and one has to (MatchAny)'];
    }
    return ['conditions-did-not-hold', `condition ${this.#conditions.length} did not hold, and all have to (MatchAll)`];
  }
}

function named(hint: string | undefined): { readonly hint?: string } {
  return hint === undefined ? {} : { hint };
}

/** A rule that was not tried at all, and why. */
export function untried(set: AnySet, rule: InboundRule | OutboundRule, fate: RuleFate, why: string): ExplainedRule {
  const { logicalGrouping, list } = rule.conditions;
  const conditionCount = list.length;
  return { ...identity(set, rule), fate, why, trial: undefined, conditions: [], logicalGrouping, conditionCount };
}

function identity(set: AnySet, rule: InboundRule | OutboundRule) {
  return {
    owner: set.owner,
    level: set.level,
    collection: 'collection' in set ? set.collection : ('outboundRules' as const),
    rule: rule.name,
    position: rule.position,
    mode: set.mode,
  };
}
