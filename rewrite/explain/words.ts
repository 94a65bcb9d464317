import type { TestedCondition } from '../evaluate/conditions.ts';
import type { InboundAction, OutboundRule } from '../model.ts';
import type { PreparedOutboundRule } from '../prepare/rules.ts';
import type { InboundVerdict } from '../verdict.ts';

/** Longest piece of an input or a value that is shown; attacks are long. */
const longest = 300;

/** A text in quotes, control characters made visible, its middle left out where it is long. */
export function quoted(text: string): string {
  const short =
    text.length <= longest
      ? text
      : `${text.slice(0, longest / 2)}…(${text.length - longest} more characters)…${text.slice(-longest / 2)}`;
  return JSON.stringify(short);
}

const redirects: ReadonlyMap<number, string> = new Map([
  [301, 'Permanent'],
  [302, 'Found'],
  [303, 'See Other'],
  [307, 'Temporary'],
]);

/** What an inbound action does, in words. `url`: the filled-in substitution. */
export function inboundActionWords(action: InboundAction, url: string | undefined): string {
  switch (action.type) {
    case 'None':
      return 'action None: nothing happens to the request';
    case 'AbortRequest':
      return 'action AbortRequest: the connection is closed without an answer';
    case 'CustomResponse':
      return `action CustomResponse: the answer is ${action.statusCode}.${action.subStatusCode}`;
    case 'Redirect':
      return `action Redirect (${action.status} ${redirects.get(action.status) ?? ''}) to ${quoted(url ?? action.url)}`;
    case 'Rewrite':
      return `action Rewrite to ${quoted(url ?? action.url)}`;
  }
}

/** What an outbound action does, in words. */
export function outboundActionWords(rule: OutboundRule, value: string | undefined): string {
  if (rule.action.type === 'None') return 'action None: nothing changes';
  return `action Rewrite: ${quoted(value ?? '')} takes its place`;
}

/** What happens to the request, in a sentence. */
export function verdictWords(verdict: InboundVerdict): string {
  switch (verdict.outcome) {
    case 'pass':
      return verdict.changes ? 'The request goes on, with variables set.' : 'The request goes on unchanged.';
    case 'rewrite':
      return `The request goes on to ${verdict.url}, rewritten by ${ruleWords(verdict.by)}.`;
    case 'redirect':
      return `The client is redirected (${verdict.status}) to ${verdict.location} by ${ruleWords(verdict.by)}.`;
    case 'custom':
      return `The answer is ${verdict.status}${verdict.reason ? ` ${verdict.reason}` : ''}, given by ${ruleWords(verdict.by)}.`;
    case 'abort':
      return `The connection is closed without an answer, by ${ruleWords(verdict.by)}.`;
    case 'error':
      return `IIS would answer 500: ${verdict.reason}.`;
  }
}

/** A condition that did not hold, in words. */
export function unmetWords({ condition, input }: TestedCondition): string {
  const { input: template, matchType, pattern, negate } = condition.source;
  const wanted = matchType === 'Pattern' ? `match ${pattern}` : `be there (${matchType})`;
  return `${template} is ${quoted(input)}, which has ${negate ? 'not ' : ''}to ${wanted}`;
}

/** Where an outbound rule looks, in words. */
export function placeWords({ place, source }: PreparedOutboundRule): string {
  if (place.kind === 'header' || place.kind === 'variable') return source.match.serverVariable;
  return place.kind === 'body' ? 'the body' : `attributes of ${source.match.filterByTags.join(', ')}`;
}

/** A rule and whose it is. */
export function ruleWords(by: { readonly owner: string; readonly rule: string }): string {
  return `rule "${by.rule}" of ${by.owner}`;
}
