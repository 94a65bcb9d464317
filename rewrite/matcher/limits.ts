import type { PreparedRules } from '../prepare/rules.ts';
import type { RewriteRequest } from '../request.ts';
import type { DecidingRule, InboundVerdict } from '../verdict.ts';

/** Longest URL, Host and header value that rules are evaluated on, in UTF-16 code units. Node lets 16 KiB of header through in all. */
export const longestInput = 64 * 1024;

/** The enforced inbound rule that refuses what is too long to be looked at: the first of all. */
export function refusingRule(rules: PreparedRules): DecidingRule | undefined {
  const set = [...rules.global, ...rules.distributed].find((one) => one.mode === 'enforce');
  const rule = set?.rules[0];
  return set && rule && { owner: set.owner, rule: rule.source.name };
}

/**
 * The verdict on a request with an input beyond the cap: refused, whatever the rules say, because nothing may get past a rule by being long.
 * `undefined`: nothing is too long.
 */
export function refuseTooLong(request: RewriteRequest, by: DecidingRule): InboundVerdict | undefined {
  if (request.url.length > longestInput) return refusal(414, 'URI Too Long', by);
  if (request.host.length > longestInput) return refusal(431, 'Request Header Fields Too Large', by);
  if (request.headerBound !== undefined && request.headerBound <= longestInput) return undefined;
  for (const name in request.headers) {
    const value = request.headers[name];
    if (value !== undefined && lengthOf(value) > longestInput) {
      return refusal(431, 'Request Header Fields Too Large', by);
    }
  }
  return undefined;
}

function lengthOf(value: string | readonly string[]): number {
  return typeof value === 'string' ? value.length : value.reduce((sum, line) => sum + line.length + 2, 0);
}

function refusal(status: number, reason: string, by: DecidingRule): InboundVerdict {
  return { outcome: 'custom', status, subStatus: 0, reason, body: '', by };
}
