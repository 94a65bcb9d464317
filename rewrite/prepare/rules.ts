import type { Condition, InboundAction, InboundRule, LogicalGrouping, OutboundRule } from '../model.ts';
import type { CompiledPattern, PatternSearch } from '../pattern/index.ts';
import type { PreparedTemplate } from './template.ts';

/** A condition ready to run. */
export interface PreparedCondition {
  readonly source: Condition;
  readonly input: PreparedTemplate;
  /** None for IsFile and IsDirectory. */
  readonly pattern: CompiledPattern | undefined;
}

/** The conditions of a rule ready to run. */
export interface PreparedConditions {
  readonly logicalGrouping: LogicalGrouping;
  readonly trackAllCaptures: boolean;
  /** Whether some template of the rule reads `{C:n}`; if not, no captures are worked out. */
  readonly wanted: boolean;
  readonly list: readonly PreparedCondition[];
}

/** A server variable that a rule sets, ready to run. */
export interface PreparedVariable {
  /** Upper case. */
  readonly name: string;
  readonly value: PreparedTemplate;
  readonly replace: boolean;
  /** Whether the configuration lets this rule set it. */
  readonly allowed: boolean;
}

/** The texts of an action: `url` of Rewrite and Redirect, reason and description of CustomResponse. */
export interface PreparedAction {
  readonly source: InboundAction;
  readonly url: PreparedTemplate | undefined;
  readonly reason: PreparedTemplate | undefined;
  readonly description: PreparedTemplate | undefined;
}

/** An inbound rule ready to run. */
export interface PreparedInboundRule {
  readonly source: InboundRule;
  readonly pattern: CompiledPattern;
  /** Whether some template of the rule reads `{R:n}`; if not, no captures are worked out. */
  readonly wantsCaptures: boolean;
  readonly conditions: PreparedConditions;
  readonly variables: readonly PreparedVariable[];
  readonly action: PreparedAction;
}

/** The inbound rules of one owner in one collection. */
export interface PreparedInboundSet {
  readonly owner: string;
  readonly collection: 'globalRules' | 'rules';
  /** `/` for global rules. */
  readonly level: string;
  readonly mode: 'enforce' | 'observe';
  readonly useOriginalUrlEncoding: boolean;
  /** Enabled rules only, in order. */
  readonly rules: readonly PreparedInboundRule[];
  /** All rules in order, the disabled ones too: `explain` tells of them. */
  readonly sources: readonly InboundRule[];
}

/** Where an outbound rule looks. */
export type OutboundPlace =
  | { readonly kind: 'header'; readonly name: string; readonly written: string }
  /** A variable of the request, upper-case name: later rules read it, no client sees it. */
  | { readonly kind: 'variable'; readonly name: string }
  /** Attribute names by tag name, both lower case. */
  | { readonly kind: 'tags'; readonly attributes: ReadonlyMap<string, ReadonlySet<string>> }
  | { readonly kind: 'body'; readonly search: PatternSearch };

/** Whether a rule looks at the body of a response. */
export function isOfBody({ place }: Pick<PreparedOutboundRule, 'place'>): boolean {
  return place.kind === 'tags' || place.kind === 'body';
}

/** A precondition ready to run; rules that name the same one share it. */
export interface PreparedPreCondition {
  readonly name: string;
  readonly conditions: PreparedConditions;
}

/** An outbound rule ready to run. */
export interface PreparedOutboundRule {
  readonly source: OutboundRule;
  readonly pattern: CompiledPattern;
  readonly place: OutboundPlace;
  readonly preCondition: PreparedPreCondition | undefined;
  readonly conditions: PreparedConditions;
  /** None for an action of type None. */
  readonly value: PreparedTemplate | undefined;
}

/** The outbound rules of one owner. */
export interface PreparedOutboundSet {
  readonly owner: string;
  readonly level: string;
  readonly mode: 'enforce' | 'observe';
  readonly rules: readonly PreparedOutboundRule[];
  readonly sources: readonly OutboundRule[];
}

/** Rules of all owners, compiled once, in the order IIS runs them. Immutable: share one between requests. */
export interface PreparedRules {
  readonly global: readonly PreparedInboundSet[];
  /** Parents before children. */
  readonly distributed: readonly PreparedInboundSet[];
  readonly outbound: readonly PreparedOutboundSet[];
}
