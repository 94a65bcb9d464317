import { bestClause, type Clause, type CompiledPattern, foldCase } from '../pattern/index.ts';
import type { PreparedConditions, PreparedInboundRule, PreparedOutboundRule } from '../prepare/rules.ts';
import type { PreparedTemplate } from '../prepare/template.ts';
import { variablesOf } from '../template/template.ts';

/** What literals are looked for in: the current path, or a template's value. */
export type Source = 'path' | PreparedTemplate;

/** A literal (folded) that stands in a source. */
export interface Demand {
  readonly source: Source;
  readonly literal: string;
}

/** What must be so for a rule to fire: of each list at least one demand is met. An empty list of lists: it may always fire. */
export type Demands = readonly (readonly Demand[])[];

/** More clauses than this do not make a rule rarer. */
const mostClauses = 3;
/** Literals shorter than this stand everywhere. */
const shortest = 3;

/** Necessary, not sufficient, for an inbound rule to fire. */
export function inboundDemands(rule: PreparedInboundRule): Demands {
  const own = rule.source.match.negate ? [] : clausesOf(rule.pattern, 'path');
  return strongest([...own, ...conditionDemands(rule.conditions, isSteady)]);
}

/**
 * Necessary for an outbound rule to apply to a response. Only the precondition and what cannot change while the rules run count: the values of
 * response headers may be another rule's work, and so may all else that is read where some rule sets variables (`variables`). Rules that look at
 * the body ask for it by their precondition alone.
 */
export function outboundDemands(rule: PreparedOutboundRule, variables: boolean): Demands {
  const before = rule.preCondition ? conditionDemands(rule.preCondition.conditions, isSteady) : [];
  const own = rule.place.kind === 'header' && !variables ? conditionDemands(rule.conditions, isOfRequest) : [];
  return strongest([...before, ...own]);
}

const isSteady = (template: PreparedTemplate): boolean => template.steady;
const isOfRequest = (template: PreparedTemplate): boolean =>
  template.steady && variablesOf(template.template).every((name) => !name.toUpperCase().startsWith('RESPONSE_'));

function conditionDemands(conditions: PreparedConditions, usable: (template: PreparedTemplate) => boolean): Demands {
  const each = conditions.list.map(({ source, input, pattern }) =>
    pattern === undefined || source.negate || !usable(input) ? [] : clausesOf(pattern, input),
  );
  if (conditions.logicalGrouping === 'MatchAll') return each.flat();
  const best = each.map(rarest);
  return best.length === 0 || best.includes(undefined) ? [] : [best.flatMap((demands) => demands ?? [])];
}

function clausesOf(pattern: CompiledPattern, source: Source): Demands {
  return pattern.requiredLiterals.map((clause) => clause.map((literal) => ({ source, literal: foldCase(literal) })));
}

const literalsOf = (demands: readonly Demand[]): Clause => demands.map((demand) => demand.literal);

function rarest(demands: Demands): readonly Demand[] | undefined {
  const clauses = new Map(demands.map((list) => [literalsOf(list), list]));
  const best = bestClause([...clauses.keys()]);
  return best && clauses.get(best);
}

/** The rarest first. */
function strongest(demands: Demands): Demands {
  const picked: (readonly Demand[])[] = [];
  let left = demands;
  while (picked.length < mostClauses) {
    const best = rarest(left);
    if (best === undefined) break;
    if (picked.length > 0 && best.some((demand) => demand.literal.length < shortest)) break;
    picked.push(best);
    left = left.filter((list) => list !== best);
  }
  return picked;
}
