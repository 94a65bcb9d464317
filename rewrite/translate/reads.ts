import type { InboundRule } from '../model.ts';
import { parseTemplate } from '../template/parse-template.ts';
import { type Template, type TemplateNode, variablesOf } from '../template/template.ts';
import { readsReferences } from './references.ts';

const pathVariables = new Set(['REQUEST_URI', 'URL', 'PATH_INFO', 'SCRIPT_NAME', 'URL_PATH_INFO']);

/** Whether a rule looks at the path with a pattern. */
export function readsPathText({ match, patternSyntax, conditions }: InboundRule): boolean {
  const anything = patternSyntax === 'Wildcard' ? match.url === '*' : /^\^?(?:\.\*|\(\.\*\))\$?$/.test(match.url);
  return (
    !anything ||
    conditions.list.some(({ input }) => variablesOf(parseTemplate(input)).some((name) => pathVariables.has(name)))
  );
}

/** Whether a rule looks at the host that a request is for. */
export function readsHost({ conditions }: InboundRule): boolean {
  const names = conditions.list.flatMap(({ input }) => variablesOf(parseTemplate(input)));
  return names.includes('HTTP_HOST') || names.includes('SERVER_NAME');
}

/** Whether a template calls a function, at any depth. */
export function hasFunction(template: Template, name: string): boolean {
  return template.some(
    (node: TemplateNode) => node.kind === 'function' && (node.name === name || hasFunction(node.argument, name)),
  );
}

/** Whether a rule puts what it captured, looked up or decoded into a Location, or into the query of a rewritten URL. */
export function makesLocation({ action }: InboundRule): boolean {
  const leads = action.type === 'Redirect' || action.type === 'Rewrite';
  return leads && parseTemplate(action.url).some((node) => node.kind !== 'literal');
}

/** Whether a condition of a rule reads what was captured or looked up. */
export function testsReferences({ conditions }: InboundRule): boolean {
  return conditions.list.some(({ input }) => readsReferences(parseTemplate(input)));
}

/** What is broader about rules that read what they captured; the same on every target. */
export const capturedNote =
  'What a condition reads of what was captured before is known for printable ASCII only; where there is more in that text, the condition counts as ' +
  'holding, and so does one that looks a path up which may mean something else to IIS.';

/** What is broader about a Location that is made from a request; the same on every target. */
export const locationNote =
  'A Location is made of the path as it was sent, or of captured characters that a URL may hold as they are; a redirect to anything else ' +
  '(blanks and letters beyond ASCII, where they were captured or the path has to be normalised) is answered with 400.';
