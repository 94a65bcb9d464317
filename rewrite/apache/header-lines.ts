import type { OutboundRule } from '../model.ts';
import { patternTree } from '../pattern/index.ts';
import { Inexpressible, matchesAnything } from '../pcre/index.ts';
import { parseTemplate } from '../template/parse-template.ts';
import type { TemplateNode } from '../template/template.ts';
import { refuseRequestVariable } from '../translate/response-conditions.ts';
import { argument, expressionArgument } from './quoting.ts';

/** How a response header changes: its whole value becomes `before` + what it was (if `keeps`) + `after`. */
export interface HeaderChange {
  readonly name: string;
  readonly keeps: boolean;
  readonly before: string;
  readonly after: string;
  /** Only where there is none. */
  readonly ifMissing: boolean;
}

/** Headers that Apache makes itself when the response goes out, after mod_headers. */
const own = new Set([
  'content-type',
  'content-length',
  'content-encoding',
  'date',
  'server',
  'connection',
  'transfer-encoding',
]);

/** The change that an outbound rule comes to, undefined where it changes nothing. `@throws` Inexpressible. */
export function headerChange(rule: OutboundRule): HeaderChange | undefined {
  if (rule.match.serverVariable === '') {
    throw new Inexpressible('response body', 'rewriting of bodies by pattern or by tag');
  }
  if (rule.action.type === 'None') return undefined;
  refuseRequestVariable(rule);
  const name = rule.match.serverVariable.slice('RESPONSE_'.length).replaceAll('_', '-');
  if (!/^[A-Za-z0-9-]+$/.test(name) || own.has(name.toLowerCase())) {
    throw new Inexpressible(rule.match.serverVariable, 'Apache makes this header itself');
  }
  const { pattern, ignoreCase, negate } = rule.match;
  const isMissing = /^\^\$$/.test(pattern) && rule.patternSyntax === 'ECMAScript';
  const isWhole = matchesAnything(patternTree(pattern, rule.patternSyntax, ignoreCase), 'wide');
  if (negate || !(isMissing || isWhole)) {
    throw new Inexpressible(
      'header change',
      'only patterns that take any value, or none (^$), become header directives',
    );
  }
  const template = parseTemplate(rule.action.value);
  const group = /^\^?\(\.\*\)\$?$/.test(pattern) || pattern === '*';
  const at = template.findIndex((node) => node.kind === 'rule-capture');
  if (at >= 0 && !isWholeValue(template[at], group)) {
    throw new Inexpressible('back-reference', 'of a captured text only the whole value can be repeated');
  }
  const before = literalText(at < 0 ? template : template.slice(0, at));
  const after = at < 0 ? '' : literalText(template.slice(at + 1));
  const ifMissing = isMissing || !rule.action.replace;
  if (before + after === '') {
    throw new Inexpressible('header change', 'a value that is only repeated, or empty');
  }
  return { name, keeps: at >= 0, before, after, ifMissing };
}

function isWholeValue(node: TemplateNode | undefined, group: boolean): boolean {
  return node?.kind === 'rule-capture' && (node.index === 0 || (node.index === 1 && group));
}

function literalText(template: readonly TemplateNode[]): string {
  return template
    .map((node) => {
      if (node.kind === 'literal' && /^[\t -[\]-~]*$/.test(node.text)) return node.text;
      throw new Inexpressible(
        'header value',
        'a header value that depends on the request, or holds backslashes or more than ASCII',
      );
    })
    .join('');
}

/**
 * The directives of a change, `conditions` as expressions. mod_headers keeps two tables: `always`, which alone goes out with error
 * pages and redirects that Apache makes, and the other, which holds what applications send. The first is worked on first.
 */
export function headerLines(change: HeaderChange, conditions: readonly string[]): readonly string[] {
  const { name, before, after, keeps, ifMissing } = change;
  const missing = `-z resp('${name}')`;
  const added = argument(formatText(before + after));
  const replaced = argument(`${editText(before)}${keeps ? '$1' : ''}${editText(after)}`);
  const line = (text: string, more: readonly string[]) => {
    const all = [...conditions.map((one) => `(${one})`), ...more];
    return all.length === 0 ? text : `${text} ${expressionArgument(`expr=${joined(all)}`)}`;
  };
  const edit = `edit ${name} "(?s)^(.*)\\z" ${replaced}`;
  return [
    ...(ifMissing ? [] : [line(`Header always ${edit}`, [])]),
    line(`Header always setifempty ${name} ${added}`, ['%{REQUEST_STATUS} -ge 300', missing]),
    ...(ifMissing ? [] : [line(`Header ${edit}`, [])]),
    line(`Header setifempty ${name} ${added}`, ['%{REQUEST_STATUS} -lt 300', missing]),
  ];
}

const joined = (parts: readonly string[]): string => parts.reduceRight((rest, part) => `${part} && (${rest})`);
/** mod_headers replaces `%t` and the like. */
const formatText = (text: string): string => text.replaceAll('%', '%%');
const editText = (text: string): string => formatText(text).replace(/[\\$]/g, '\\$&');
