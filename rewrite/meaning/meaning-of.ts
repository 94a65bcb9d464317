import type { Conditions, InboundRule, OutboundRule, RewriteConfiguration } from '../model.ts';

/**
 * What a rule does, as text that is equal for two rules exactly when they differ in nothing but name, place and the spelling of
 * what makes no difference. Two rules of the same effect may still get different texts: then ours is put in beside
 * the other, which does no harm.
 */
export function meaningOf(rule: InboundRule | OutboundRule, configuration: RewriteConfiguration): string {
  return JSON.stringify('serverVariables' in rule ? inbound(rule, configuration) : outbound(rule, configuration));
}

function inbound(rule: InboundRule, configuration: RewriteConfiguration): unknown {
  const { match, action } = rule;
  // Nothing is processed after these, whatever the attribute says.
  const ends = action.type === 'AbortRequest' || action.type === 'CustomResponse' || action.type === 'Redirect';
  return {
    syntax: rule.patternSyntax,
    stops: ends || rule.stopProcessing,
    match: [match.url, match.ignoreCase, match.negate],
    conditions: conditions(rule.conditions, [rule.action, rule.serverVariables]),
    global: configuration.globalRules.includes(rule),
    encoding: configuration.useOriginalUrlEncoding,
    variables: rule.serverVariables.map((set) => [
      set.name.toLowerCase(),
      set.value,
      set.replace,
      configuration.allowedServerVariables.includes(set.name.toLowerCase()),
    ]),
    action,
    maps: mapsOf([rule], configuration),
  };
}

function outbound(rule: OutboundRule, configuration: RewriteConfiguration): unknown {
  const { match } = rule;
  const precondition = configuration.preConditions.find((one) => sameName(one.name, rule.preCondition));
  const tags = [...configuration.customTags].find(([name]) => sameName(name, match.customTags))?.[1] ?? [];
  return {
    syntax: rule.patternSyntax,
    stops: rule.stopProcessing,
    match: { ...match, customTags: '', serverVariable: match.serverVariable.toLowerCase() },
    tags: tags.map(({ name, attribute }) => `${name} ${attribute}`.toLowerCase()).sort(),
    precondition: precondition && {
      syntax: precondition.patternSyntax,
      tests: conditions({ ...precondition, trackAllCaptures: false }, []),
    },
    conditions: conditions(rule.conditions, [rule.action]),
    action: rule.action,
    maps: mapsOf([rule, precondition], configuration),
  };
}

/** Names of what rules refer to are read without regard to case. */
function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** The maps that these templates may look into, with all they hold. */
function mapsOf(templates: readonly unknown[], { rewriteMaps }: RewriteConfiguration): unknown {
  const text = JSON.stringify(templates).toLowerCase();
  return rewriteMaps
    .filter(({ name }) => text.includes(`{${JSON.stringify(name.toLowerCase()).slice(1, -1)}:`))
    .map(({ name, defaultValue, ignoreCase, entries }) => [name.toLowerCase(), defaultValue, ignoreCase, [...entries]]);
}

/** The order of conditions matters only where they or what `follows` refer to their captures, and so does doubling one. */
function conditions({ list, logicalGrouping, trackAllCaptures }: Conditions, follows: readonly unknown[]): unknown {
  const captures = /\{c:/i.test(JSON.stringify([list.map(({ input }) => input), follows]));
  const each = list.map((c) => JSON.stringify([c.matchType, spelling(c.input), c.pattern, c.ignoreCase, c.negate]));
  const grouping = each.length > 1 ? logicalGrouping : 'MatchAll';
  return captures ? [grouping, trackAllCaptures, each] : [grouping, [...new Set(each)].sort()];
}

/** Names of variables and functions are read without regard to case; what is looked up in a map perhaps not. */
function spelling(input: string): string {
  return input.replace(/\{[^{}:]*/g, (part) => part.toLowerCase());
}

/** Whether an inbound rule can do nothing but refuse a request, so that no rule after it is hidden from one that goes on. */
export function onlyRefuses({ action, stopProcessing, serverVariables }: InboundRule): boolean {
  if (serverVariables.length > 0 || action.type === 'Rewrite') return false;
  return action.type !== 'None' || !stopProcessing;
}

/** Whether a request may pass rules that come after these because of one of them. */
export function mayHide({ globalRules, rules }: RewriteConfiguration): boolean {
  return [...globalRules, ...rules].some((rule) => rule.enabled && !onlyRefuses(rule));
}
