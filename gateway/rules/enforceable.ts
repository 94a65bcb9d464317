import type { Condition, InboundRule, OutboundRule, ScopedRules } from '@stopgap/rewrite';
import { framingFields } from '../request/field-kinds.ts';

/**
 * Refuses, by name, a rule that means something on IIS that a proxy cannot do. A rule that is silently not carried out
 * would be worse than none. Throws `Error` with the rule and the reason.
 */
export function refuseUnenforceable({ configuration }: ScopedRules): void {
  const refuse = (rule: InboundRule | OutboundRule, why: string | undefined) => {
    if (why !== undefined) throw new Error(`rule "${rule.name}" ${why}`);
  };
  for (const rule of [...configuration.globalRules, ...configuration.rules]) {
    if (rule.enabled) refuse(rule, inboundTrouble(rule));
  }
  for (const rule of configuration.outboundRules) if (rule.enabled) refuse(rule, outboundTrouble(rule));
}

function inboundTrouble({ conditions, serverVariables, action }: InboundRule): string | undefined {
  const framing = serverVariables.find(({ name }) => frames(name, 'http_'));
  if (framing) return `sets ${framing.name}, which frames the request on its connection`;
  if (action.type === 'Rewrite' && /^[a-z][a-z0-9+.-]*:/i.test(action.url)) {
    return `rewrites to ${action.url}; a gateway has one server behind it and rewrites only to a path there`;
  }
  return conditionTrouble(conditions.list);
}

function outboundTrouble({ match, conditions }: OutboundRule): string | undefined {
  if (frames(match.serverVariable, 'response_')) return `changes ${match.serverVariable}, which frames the response`;
  return conditionTrouble(conditions.list);
}

function conditionTrouble(conditions: readonly Condition[]): string | undefined {
  const asks = conditions.find(({ matchType }) => matchType !== 'Pattern');
  return asks && `asks whether ${asks.input} is a file or folder, which only the server behind can see`;
}

function frames(variable: string, prefix: string): boolean {
  const name = variable.toLowerCase();
  return name.startsWith(prefix) && framingFields.has(name.slice(prefix.length).replaceAll('_', '-'));
}
