import type { Condition, InboundRule, PatternSyntax } from '../model.ts';
import { patternTree } from '../pattern/index.ts';
import { Inexpressible } from '../pcre/index.ts';
import type { Node } from '../pcre/node.ts';
import { has } from '../pcre/ranges.ts';
import { readPattern } from '../pcre/read.ts';
import { parseTemplate } from '../template/parse-template.ts';
import { reads, variablesOf } from '../template/template.ts';

/**
 * Apache joins several Cookie lines with commas, IIS with semicolons. `@throws` Inexpressible for a pattern that tells the two apart: an
 * attacker could pull the cookies apart and have them put together as text that the pattern does not know.
 */
export function refuseCookieSeparators(condition: Condition, syntax: PatternSyntax): void {
  if (condition.matchType !== 'Pattern') return;
  if (!variablesOf(parseTemplate(condition.input)).includes('HTTP_COOKIE')) return;
  const tree = patternTree(condition.pattern, syntax, condition.ignoreCase);
  if (!tellsApart(readPattern(tree.ast, tree.ignoreCase, 'wide'))) return;
  throw new Inexpressible(
    '{HTTP_COOKIE}',
    'the pattern tells commas from semicolons, and Apache joins several Cookie lines with a comma where IIS has a semicolon',
  );
}

/** `@throws` Inexpressible for a rule that repeats what it captured from cookies: it may tell the separators apart wherever it repeats them. */
export function refuseCapturedCookies({ conditions, action }: InboundRule): void {
  const inputs = conditions.list.map(({ input }) => parseTemplate(input));
  if (!inputs.some((input) => variablesOf(input).includes('HTTP_COOKIE'))) return;
  const texts = 'url' in action ? [action.url] : 'statusDescription' in action ? [action.statusDescription] : [];
  const templates = [...inputs, ...texts.map(parseTemplate)];
  if (!templates.some((template) => reads(template, 'condition-capture'))) return;
  throw new Inexpressible(
    '{HTTP_COOKIE}',
    'what is captured from several Cookie lines, which Apache joins with a comma',
  );
}

function tellsApart(node: Node): boolean {
  switch (node.kind) {
    case 'set':
      return has(node.ranges, 0x2c) !== has(node.ranges, 0x3b);
    case 'sequence':
      return node.items.some(tellsApart);
    case 'choice':
      return node.options.some(tellsApart);
    case 'repeat':
      return tellsApart(node.item);
    case 'look':
      return tellsApart(node.body);
    default:
      return false;
  }
}
