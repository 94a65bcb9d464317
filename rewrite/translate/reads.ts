import type { InboundRule } from '../model.ts';
import { parseTemplate } from '../template/parse-template.ts';
import { type Template, type TemplateNode, variablesOf } from '../template/template.ts';

const pathVariables = new Set(['REQUEST_URI', 'URL', 'PATH_INFO', 'SCRIPT_NAME', 'URL_PATH_INFO']);

/** Whether a rule looks at the path with a pattern. */
export function readsPathText({ match, patternSyntax, conditions }: InboundRule): boolean {
  const anything = patternSyntax === 'Wildcard' ? match.url === '*' : /^\^?(?:\.\*|\(\.\*\))\$?$/.test(match.url);
  return (
    !anything ||
    conditions.list.some(({ input }) => variablesOf(parseTemplate(input)).some((name) => pathVariables.has(name)))
  );
}

/** Whether a template calls a function, at any depth. */
export function hasFunction(template: Template, name: string): boolean {
  return template.some(
    (node: TemplateNode) => node.kind === 'function' && (node.name === name || hasFunction(node.argument, name)),
  );
}
