import type { PreparedOutboundRule, PreparedOutboundSet, PreparedPreCondition } from '../prepare/rules.ts';
import { isWithin } from '../url/level.ts';
import { conditionsHold, type TestedCondition } from './conditions.ts';
import type { ExchangeState } from './exchange.ts';
import { RuleScope } from './rule-scope.ts';

/** Told of every step while outbound rules are evaluated; `explain` listens. */
export interface OutboundTrace {
  skipped(set: PreparedOutboundSet, path: string): void;
  /** A rule's precondition was worked out; `tested`: its tests as far as they were made. */
  preCondition(
    set: PreparedOutboundSet,
    rule: PreparedOutboundRule,
    holds: boolean,
    tested: readonly TestedCondition[],
  ): void;
  /** A rule's pattern was tried on one value. */
  tried(
    set: PreparedOutboundSet,
    rule: PreparedOutboundRule,
    input: string,
    captures: readonly string[] | undefined,
  ): void;
  tested(condition: TestedCondition): void;
  /** The last rule tried fired; no value where its action changes nothing. */
  fired(value: string | undefined): void;
}

/** The rules of a set that a response is subject to: those whose precondition holds. */
export interface ApplicableSet {
  readonly set: PreparedOutboundSet;
  readonly rules: readonly PreparedOutboundRule[];
}

/**
 * The sets that cover the current path, each with the rules whose preconditions hold. To be asked before any rule has
 * changed a header: preconditions look at the response as it came.
 */
export function applicableRules(
  sets: readonly PreparedOutboundSet[],
  state: ExchangeState,
  trace?: OutboundTrace,
): readonly ApplicableSet[] {
  const known = new Map<PreparedPreCondition, Met>();
  const path = state.request.path;
  return sets.flatMap((set) => {
    if (!isWithin(path, set.level)) {
      trace?.skipped(set, path);
      return [];
    }
    const rules = set.rules.filter((rule) => {
      const { holds, tested } = preConditionMet(rule.preCondition, state, known, trace !== undefined);
      trace?.preCondition(set, rule, holds, tested);
      return holds;
    });
    return rules.length === 0 ? [] : [{ set, rules }];
  });
}

interface Met {
  readonly holds: boolean;
  readonly tested: readonly TestedCondition[];
}

function preConditionMet(
  preCondition: PreparedPreCondition | undefined,
  state: ExchangeState,
  known: Map<PreparedPreCondition, Met>,
  tracing: boolean,
): Met {
  if (!preCondition) return { holds: true, tested: [] };
  const before = known.get(preCondition);
  if (before !== undefined) return before;
  const scope = new RuleScope(state.request, (name) => state.variable(name), []);
  const tested: TestedCondition[] = [];
  const listen = (condition: TestedCondition) => tested.push(condition);
  const met = { holds: conditionsHold(preCondition.conditions, scope, tracing ? listen : undefined), tested };
  known.set(preCondition, met);
  return met;
}

/**
 * What an outbound rule makes of one place, given what its pattern captured there: whether it fired, and the new text where
 * its action is Rewrite.
 */
export function outboundValue(
  rule: PreparedOutboundRule,
  captures: readonly string[],
  state: ExchangeState,
  trace?: OutboundTrace,
): { readonly fired: boolean; readonly value: string | undefined } {
  const scope = new RuleScope(state.request, (name) => state.variable(name), captures);
  if (!conditionsHold(rule.conditions, scope, trace && ((condition) => trace.tested(condition)))) {
    return { fired: false, value: undefined };
  }
  const value = rule.value && scope.value(rule.value);
  trace?.fired(value);
  return { fired: true, value };
}
