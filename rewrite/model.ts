import type { Position } from '@stopgap/xml';

/** How patterns of a rule are read (URL Rewrite 2.1 reference, `patternSyntax`). */
export type PatternSyntax = 'ECMAScript' | 'Wildcard' | 'ExactMatch';
export type LogicalGrouping = 'MatchAll' | 'MatchAny';

/** One test of an input against a pattern, or of a path against the file system. */
export interface Condition {
  /** Template, e.g. `{UrlDecode:{REQUEST_URI}}`. */
  readonly input: string;
  readonly matchType: 'Pattern' | 'IsFile' | 'IsDirectory';
  readonly pattern: string;
  readonly ignoreCase: boolean;
  readonly negate: boolean;
  readonly position: Position;
}

/** The conditions of a rule, tested in order once its pattern holds. */
export interface Conditions {
  readonly logicalGrouping: LogicalGrouping;
  readonly trackAllCaptures: boolean;
  readonly list: readonly Condition[];
}

/** What a rule that fires sets before its action: a server variable, or a request header (`HTTP_*`). Value is a template. */
export interface SetServerVariable {
  readonly name: string;
  readonly value: string;
  readonly replace: boolean;
}

/** What an inbound rule does when it fires. */
export type InboundAction =
  | { readonly type: 'None' }
  | {
      readonly type: 'Rewrite';
      readonly url: string;
      readonly appendQueryString: boolean;
      readonly logRewrittenUrl: boolean;
    }
  | {
      readonly type: 'Redirect';
      readonly url: string;
      readonly appendQueryString: boolean;
      readonly status: 301 | 302 | 303 | 307;
    }
  | {
      readonly type: 'CustomResponse';
      readonly statusCode: number;
      readonly subStatusCode: number;
      readonly statusReason: string;
      readonly statusDescription: string;
    }
  | { readonly type: 'AbortRequest' };

/** A rule of `<rules>` or `<globalRules>`. */
export interface InboundRule {
  readonly name: string;
  readonly enabled: boolean;
  readonly patternSyntax: PatternSyntax;
  readonly stopProcessing: boolean;
  /** The pattern is empty where the rule has no `<match>`: it is for every path. */
  readonly match: { readonly url: string; readonly ignoreCase: boolean; readonly negate: boolean };
  readonly conditions: Conditions;
  readonly serverVariables: readonly SetServerVariable[];
  readonly action: InboundAction;
  /** Steers IIS's output cache only; no effect on matching. */
  readonly responseCacheDirective: 'Auto' | 'Always' | 'Never' | 'NotIfRuleMatched';
  readonly position: Position;
}

export type FilterTag =
  | 'A'
  | 'Area'
  | 'Base'
  | 'Form'
  | 'Frame'
  | 'Head'
  | 'IFrame'
  | 'Img'
  | 'Input'
  | 'Link'
  | 'Script'
  | 'CustomTags';

/** Where an outbound rule looks, and for what. */
export interface OutboundMatch {
  /** A response header (`RESPONSE_*`), or a variable of the request, which no client sees; empty when the body is matched. */
  readonly serverVariable: string;
  readonly filterByTags: readonly FilterTag[];
  readonly customTags: string;
  readonly pattern: string;
  /** 0 = all. */
  readonly occurrences: number;
  readonly ignoreCase: boolean;
  readonly negate: boolean;
}

/** A rule of `<outboundRules>`. The action's value is a template. */
export interface OutboundRule {
  readonly name: string;
  readonly enabled: boolean;
  readonly patternSyntax: PatternSyntax;
  readonly stopProcessing: boolean;
  /** Name of a precondition; empty = none. */
  readonly preCondition: string;
  readonly match: OutboundMatch;
  readonly conditions: Conditions;
  readonly action:
    | { readonly type: 'None' }
    | { readonly type: 'Rewrite'; readonly value: string; readonly replace: boolean };
  readonly position: Position;
}

/** A named group of tests of a response; rules that name it apply only where it holds. */
export interface PreCondition {
  readonly name: string;
  readonly logicalGrouping: LogicalGrouping;
  readonly patternSyntax: PatternSyntax;
  readonly list: readonly Condition[];
  readonly position: Position;
}

/** Named keys and values for `{Name:key}`. */
export interface RewriteMap {
  readonly name: string;
  readonly defaultValue: string;
  readonly ignoreCase: boolean;
  readonly entries: ReadonlyMap<string, string>;
  readonly position: Position;
}

/** A (tag, attribute) pair of a custom tags group. */
export interface CustomTag {
  readonly name: string;
  readonly attribute: string;
}

/** Code that IIS would load to answer `{Name:input}`; rules that call one cannot be evaluated outside IIS. */
export interface RewriteProvider {
  readonly name: string;
  readonly type: string;
  readonly position: Position;
}

/** A name taken out of, or everything dropped from, what the level above hands down. */
export type InheritanceEdit = { readonly kind: 'clear' } | { readonly kind: 'remove'; readonly name: string };

/** One `<rewrite>` element, every attribute with its IIS default filled in. */
export interface RewriteConfiguration {
  readonly globalRules: readonly InboundRule[];
  readonly rules: readonly InboundRule[];
  readonly outboundRules: readonly OutboundRule[];
  readonly preConditions: readonly PreCondition[];
  readonly customTags: ReadonlyMap<string, readonly CustomTag[]>;
  readonly rewriteMaps: readonly RewriteMap[];
  /** Lower case. Distributed rules may set only these. */
  readonly allowedServerVariables: readonly string[];
  readonly providers: readonly RewriteProvider[];
  /** Whether a rewritten URL is encoded again before it goes on (2.1 only; IIS's default is true). */
  readonly useOriginalUrlEncoding: { readonly globalRules: boolean; readonly rules: boolean };
  /** IIS would run outbound rules before its output cache. */
  readonly rewriteBeforeCache: boolean;
  /** `<clear/>` and `<remove/>` as they stand in each collection, for inheritance between levels. */
  readonly inheritance: Readonly<Record<InheritedCollection, readonly InheritanceEdit[]>>;
}

/** The collections that a level hands down to the levels below it. */
export type InheritedCollection =
  | 'globalRules'
  | 'rules'
  | 'outboundRules'
  | 'preConditions'
  | 'customTags'
  | 'rewriteMaps'
  | 'allowedServerVariables'
  | 'providers';

/** The rules of one owner at one configuration level: what is compiled together. */
export interface ScopedRules {
  /** Who they belong to, e.g. a mitigation's id; shown in logs and in emitted comments. */
  readonly owner: string;
  /** Virtual path of the configuration level, `/` for the site root, `/owa` for a virtual directory. No trailing slash but for the root. */
  readonly level: string;
  readonly configuration: RewriteConfiguration;
  /** `observe`: what the rules would do is reported, nothing is done. */
  readonly mode: 'enforce' | 'observe';
}
