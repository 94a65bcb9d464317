import { mayHide, onlyRefuses, type RewriteConfiguration, type ScopedRules } from '@stopgap/rewrite';

/**
 * Rules in the groups in which they are compiled. On IIS all rules of a site are one list, in which an earlier rule may hide
 * a later one: by `stopProcessing`, or by changing what the later one looks at. Among mitigations of different publishers and
 * an administrator's own rules that would be a hole, so whoever could hide others is asked apart from them.
 */
export interface RuleGroups {
  /** Owners whose inbound rules can do nothing but refuse, the administrator's last: one group, asked first. */
  readonly refusing: readonly ScopedRules[];
  /**
   * Owners whose inbound rules rewrite, set variables, or stop without refusing: each a group. The own rules are the last; what
   * they refuse before all else is asked first as well, of the request as it came.
   */
  readonly shaping: readonly (readonly ScopedRules[])[];
  /** Owners with outbound rules: those that cannot stop others in one group, then each other one. */
  readonly outbound: readonly (readonly ScopedRules[])[];
}

/** Sorts rules into groups; `own` are the administrator's. Owners without an enabled rule are in none. */
export function groupRules(mitigations: readonly ScopedRules[], own: ScopedRules | undefined): RuleGroups {
  const all = own ? [...mitigations, own] : mitigations;
  const inbound = all.filter(hasInbound);
  const shaping = inbound.filter(({ configuration }) => mayHide(configuration));
  const first = own && shaping.includes(own) ? { ...own, configuration: leading(own.configuration) } : undefined;
  const outbound = all.filter((scoped) => outboundOf(scoped).length > 0);
  const stops = (scoped: ScopedRules) => outboundOf(scoped).some((rule) => rule.stopProcessing);
  return {
    refusing: inbound.filter(({ configuration }) => !mayHide(configuration)),
    shaping: [...(first && hasInbound(first) ? [first] : []), ...shaping].map((scoped) => [scoped]),
    outbound: [outbound.filter((scoped) => !stops(scoped)), ...outbound.filter(stops).map((scoped) => [scoped])].filter(
      (group) => group.length > 0,
    ),
  };
}

/** The inbound rules before the first that does more than refuse. */
function leading(configuration: RewriteConfiguration): RewriteConfiguration {
  const inOrder = [...configuration.globalRules, ...configuration.rules];
  const shaper = inOrder.findIndex((rule) => rule.enabled && !onlyRefuses(rule));
  const before = new Set(inOrder.slice(0, shaper));
  const { globalRules, rules } = configuration;
  return {
    ...configuration,
    globalRules: globalRules.filter((rule) => before.has(rule)),
    rules: rules.filter((rule) => before.has(rule)),
    outboundRules: [],
  };
}

function hasInbound({ configuration }: ScopedRules): boolean {
  return [...configuration.globalRules, ...configuration.rules].some((rule) => rule.enabled);
}

function outboundOf({ configuration }: ScopedRules) {
  return configuration.outboundRules.filter((rule) => rule.enabled);
}
