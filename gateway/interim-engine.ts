import {
  type Condition,
  type DecidingRule,
  type InboundRule,
  type InboundVerdict,
  parseRewrite,
  type RewriteRequest,
  type ScopedRules,
} from '@stopgap/rewrite';
import type { RuleEngine } from './engine.ts';

/** Stands in until the `rewrite` room's own matcher does: inbound rules over a few variables, everything else is refused. */
export const interimEngine: RuleEngine = { parse: parseRewrite, compile };

function compile(rules: readonly ScopedRules[]) {
  const tests = rules.flatMap(({ owner, configuration }) =>
    [...configuration.globalRules, ...configuration.rules]
      .filter((rule) => rule.enabled)
      .map((rule) => ({ by: { owner, rule: rule.name }, rule, fires: firing(rule) })),
  );
  return {
    inbound(request: RewriteRequest): InboundVerdict {
      const hit = tests.find(({ fires }) => fires(request));
      return hit ? verdict(hit.rule, hit.by) : { outcome: 'pass' };
    },
    outbound: () => undefined,
  };
}

function firing(rule: InboundRule): (request: RewriteRequest) => boolean {
  const url = new RegExp(rule.match.url, rule.match.ignoreCase ? 'i' : '');
  const conditions = rule.conditions.list.map((condition) => ({
    condition,
    pattern: new RegExp(condition.pattern, condition.ignoreCase ? 'i' : ''),
  }));
  return (request) => {
    const holds = ({ condition, pattern }: (typeof conditions)[number]) =>
      pattern.test(read(condition, request)) !== condition.negate;
    const path = (request.url.split('?')[0] ?? '').slice(1);
    if (url.test(path) === rule.match.negate) return false;
    return rule.conditions.logicalGrouping === 'MatchAny' && conditions.length > 0
      ? conditions.some(holds)
      : conditions.every(holds);
  };
}

function read(condition: Condition, request: RewriteRequest): string {
  const name = condition.input.toUpperCase();
  if (name === '{URLDECODE:{REQUEST_URI}}') return decode(request.url);
  if (name === '{REQUEST_URI}') return request.url;
  if (name === '{QUERY_STRING}') return request.url.split('?')[1] ?? '';
  const header = /^\{HTTP_([A-Z_]+)\}$/.exec(name)?.[1];
  if (header === undefined) throw new Error(`the interim engine does not know ${condition.input}`);
  return String(request.headers[header.toLowerCase().replaceAll('_', '-')] ?? '');
}

function decode(url: string): string {
  return url.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function verdict(rule: InboundRule, by: DecidingRule): InboundVerdict {
  const { action } = rule;
  if (action.type === 'AbortRequest') return { outcome: 'abort', by };
  if (action.type === 'Redirect') return { outcome: 'redirect', status: action.status, location: action.url, by };
  if (action.type === 'Rewrite') return { outcome: 'rewrite', url: action.url, by };
  if (action.type === 'None') return { outcome: 'pass' };
  const { statusCode: status, subStatusCode: subStatus, statusReason: reason, statusDescription: body } = action;
  return { outcome: 'custom', status, subStatus, reason, body, by };
}
