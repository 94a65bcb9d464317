import type { Position } from '@stopgap/xml';
import type { OutboundVerdict } from '../evaluate/outbound.ts';
import type { InboundVerdict } from '../verdict.ts';

/** What became of a rule. */
export type RuleFate =
  | 'fired'
  | 'pattern-did-not-match'
  /** `negate`: it matched, and should not have. */
  | 'pattern-matched'
  | 'conditions-did-not-hold'
  | 'precondition-did-not-hold'
  | 'disabled'
  /** The path is not under the rule's configuration level. */
  | 'other-level'
  /** An earlier rule ended the evaluation, or the response never came to it. */
  | 'not-reached';

/** A pattern with what it was tried on. */
export interface PatternTrial {
  readonly pattern: string;
  readonly syntax: 'ECMAScript' | 'Wildcard' | 'ExactMatch';
  readonly ignoreCase: boolean;
  readonly negate: boolean;
  /** What the pattern saw. */
  readonly input: string;
  /** [0] the matched text, then the groups; none without a match. */
  readonly captures: readonly string[] | undefined;
  /** What may have been overlooked. */
  readonly hint?: string;
}

/** One condition as it was tested. */
export interface ExplainedCondition {
  /** The input as configured, e.g. `{UrlDecode:{REQUEST_URI}}`. */
  readonly template: string;
  /** None for IsFile and IsDirectory. */
  readonly trial: PatternTrial | undefined;
  readonly matchType: 'Pattern' | 'IsFile' | 'IsDirectory';
  readonly input: string;
  readonly negate: boolean;
  readonly holds: boolean;
  /** What may have been overlooked. */
  readonly hint?: string;
}

/** One rule, and why it did what it did. */
export interface ExplainedRule {
  readonly owner: string;
  readonly level: string;
  readonly collection: 'globalRules' | 'rules' | 'outboundRules';
  readonly rule: string;
  /** Where the rule stands in its configuration. */
  readonly position: Position;
  readonly mode: 'enforce' | 'observe';
  readonly fate: RuleFate;
  /** One sentence: why. */
  readonly why: string;
  readonly trial: PatternTrial | undefined;
  /** Where an outbound rule looked. */
  readonly where?: string;
  /** As far as they were tested. */
  readonly conditions: readonly ExplainedCondition[];
  readonly logicalGrouping: 'MatchAll' | 'MatchAny';
  /** How many conditions there are in all. */
  readonly conditionCount: number;
}

/** What the rules make of one request, rule by rule. */
export interface Explanation {
  readonly method: string;
  /** Scheme, host and the target as they arrived. */
  readonly url: string;
  /** The path as IIS's modules see it, and the query as it came. */
  readonly path: string;
  readonly query: string;
  /** In the order of evaluation. */
  readonly inbound: readonly ExplainedRule[];
  readonly verdict: InboundVerdict;
  /** One sentence: what happens to the request. */
  readonly outcome: string;
  /** Where a response was given. A rule that looks at the body is listed once a place, the first hundred of them. */
  readonly outbound: readonly ExplainedRule[];
  readonly outboundVerdict: OutboundVerdict | undefined;
}
