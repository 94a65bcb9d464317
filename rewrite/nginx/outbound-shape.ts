import type { OutboundRule } from '../model.ts';
import { patternTree } from '../pattern/index.ts';
import { Inexpressible, matchesAnything } from '../pcre/index.ts';
import { parseTemplate } from '../template/parse-template.ts';
import type { TemplateNode } from '../template/template.ts';
import { refuseRequestVariable } from '../translate/response-conditions.ts';

/** A header line that nginx adds to a response, leaving alone what the application sent. */
export interface AddedLine {
  readonly name: string;
  readonly value: string;
  /** Only where the application sent none (`^$`). */
  readonly ifMissing: boolean;
}

/** Headers of which several lines hold at once, each on its own (CSP level 3, section 8.1). */
const policies = new Set(['content-security-policy', 'content-security-policy-report-only']);
/** Headers that nginx itself makes or reads; a second line of them is no addition. */
const own = new Set([
  'content-type',
  'content-length',
  'content-encoding',
  'location',
  'server',
  'date',
  'last-modified',
  'etag',
  'connection',
  'transfer-encoding',
]);

/**
 * The line that an outbound rule comes to. nginx can add header lines but not edit those of the application, so two shapes are left: a further
 * directive for a content security policy, which as a policy of its own restricts at least as much; and a header set where there is none.
 * `@throws` Inexpressible for all others.
 */
export function addedLine(rule: OutboundRule): AddedLine | undefined {
  if (rule.match.serverVariable === '') {
    throw new Inexpressible('response body', 'nginx has no rewriting of bodies by pattern or by tag');
  }
  if (rule.action.type === 'None') return undefined;
  refuseRequestVariable(rule);
  const name = rule.match.serverVariable.slice('RESPONSE_'.length).replaceAll('_', '-');
  if (!/^[A-Za-z0-9-]+$/.test(name) || own.has(name.toLowerCase())) {
    throw new Inexpressible(rule.match.serverVariable, 'nginx makes this header itself');
  }
  const template = parseTemplate(rule.action.value);
  const whole = matchesAnything(patternTree(rule.match.pattern, rule.patternSyntax, rule.match.ignoreCase), 'wide');
  if (whole && !rule.match.negate && policies.has(name.toLowerCase())) {
    return { name, value: addedPolicy(rule, template), ifMissing: false };
  }
  if (
    /^\^\$$/.test(rule.match.pattern) &&
    !rule.match.negate &&
    rule.patternSyntax === 'ECMAScript' &&
    rule.action.replace
  ) {
    return { name, value: headerText(template), ifMissing: true };
  }
  throw new Inexpressible(
    'header change',
    `nginx can add a ${name} line but not change the one that the application sends`,
  );
}

/** The directives behind `{R:0}` or a `{R:1}` that is the whole value. */
function addedPolicy(rule: OutboundRule, [first, ...others]: readonly TemplateNode[]): string {
  const wholeGroup = /^\^?\(\.\*\)\$?$/.test(rule.match.pattern) || rule.match.pattern === '*';
  const repeatsWhole = first?.kind === 'rule-capture' && (first.index === 0 || (first.index === 1 && wholeGroup));
  const text = repeatsWhole ? headerText(others) : '';
  const added = /^\s*;\s*(?<directives>[^,]*\S)\s*$/.exec(text)?.groups?.directives;
  if (added === undefined || rule.match.occurrences > 1) {
    throw new Inexpressible(
      'header change',
      'only directives behind "{R:0};" or "{R:1};" can be sent as a policy of their own',
    );
  }
  return added;
}

function headerText(template: readonly TemplateNode[]): string {
  return template
    .map((node) => {
      if (node.kind === 'literal' && /^[\t -~]*$/.test(node.text)) return node.text;
      throw new Inexpressible('header value', 'a header value that depends on the request, or holds more than ASCII');
    })
    .join('');
}
