import type { Action, Branch, Evidence, Fix, Mitigation, RuleScope } from './document.ts';

/**
 * A mitigation as JSON, for `stopgap show --json` and the hub: times as ISO 8601 in UTC, rules as the XML that was
 * published. Keys are only ever added; a changed meaning gets a new key.
 */
export interface MitigationDescription {
  readonly id: string;
  readonly revision: number;
  readonly title: string;
  readonly cves: readonly string[];
  readonly severity: Mitigation['severity'];
  readonly published: string;
  readonly expires: { readonly at: string; readonly then: 'remove' | 'keep' };
  /** The publisher's reason; `null`: not withdrawn. */
  readonly withdrawn: string | null;
  readonly description: string;
  readonly sideEffects: Mitigation['sideEffects'];
  readonly references: Mitigation['references'];
  readonly applicability: readonly {
    readonly product: string;
    readonly versions: 'dotted' | 'debian';
    readonly exceptRoles: readonly string[];
    readonly branches: readonly {
      readonly name: string;
      readonly from: string;
      readonly below: string;
      readonly fixes: readonly Fix[];
    }[];
  }[];
  readonly actions: readonly ActionDescription[];
  readonly evidence: readonly Evidence[];
}

/** One action as JSON. */
export type ActionDescription =
  | {
      readonly kind: 'urlRewrite';
      readonly scope: RuleScope;
      readonly rules: readonly string[];
      readonly source: string;
    }
  | { readonly kind: 'service'; readonly name: string; readonly shared: boolean }
  | { readonly kind: 'appPool'; readonly name: string }
  | { readonly kind: 'none' };

/** The JSON form. Pure. */
export function describe(mitigation: Mitigation): MitigationDescription {
  const { expires, applicability, actions } = mitigation;
  return {
    id: mitigation.id,
    revision: mitigation.revision,
    title: mitigation.title,
    cves: mitigation.cves,
    severity: mitigation.severity,
    published: new Date(mitigation.published).toISOString(),
    // biome-ignore lint/suspicious/noThenProperty: the document's own word, and a string is no thenable
    expires: { at: new Date(expires.at).toISOString(), then: expires.then },
    withdrawn: mitigation.withdrawn ?? null,
    description: mitigation.description,
    sideEffects: mitigation.sideEffects,
    references: mitigation.references,
    applicability: applicability.map(({ product, versions, exceptRoles, branches }) => ({
      product,
      versions: versions ?? 'dotted',
      exceptRoles,
      branches: branches.map(describeBranch),
    })),
    actions: actions.map(describeAction),
    evidence: mitigation.evidence,
  };
}

function describeBranch({ name, from, below, fixes }: Branch) {
  return { name, from, below, fixes };
}

function describeAction(action: Action): ActionDescription {
  if (action.kind !== 'urlRewrite') return action;
  const { scope, rewrite, source } = action;
  const rules = [...rewrite.globalRules, ...rewrite.rules, ...rewrite.outboundRules].map((rule) => rule.name);
  return { kind: 'urlRewrite', scope, rules, source };
}
