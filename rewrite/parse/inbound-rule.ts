import type { XmlElement } from '@stopgap/xml';
import { RewriteError } from '../errors.ts';
import type { InboundRule, SetServerVariable } from '../model.ts';
import { Attributes, missing } from './attributes.ts';
import { emptyElement } from './collection.ts';
import { readConditions, syntaxes } from './conditions.ts';
import { childrenOf, childrenOnce } from './elements.ts';
import { readInboundAction, readSetVariable } from './inbound-action.ts';
import { patternAttribute, type References } from './references.ts';

const directives = ['Auto', 'Always', 'Never', 'NotIfRuleMatched'] as const;

/** Reads a `<rule>` of `<rules>` (`distributed`) or `<globalRules>`. */
export function readInboundRule(element: XmlElement, distributed: boolean, references: References): InboundRule {
  const attributes = new Attributes(element, [
    'name',
    'enabled',
    'patternSyntax',
    'stopProcessing',
    'responseCacheDirective',
  ]);
  const children = childrenOnce(element, ['match', 'conditions', 'serverVariables', 'action']);
  const patternSyntax = attributes.choice('patternSyntax', syntaxes, 'ECMAScript');
  const setting = { patternSyntax, trackAllCaptures: false, unique: !distributed };
  const match = children.get('match');
  return {
    name: attributes.required('name'),
    enabled: attributes.bool('enabled', true),
    patternSyntax,
    stopProcessing: attributes.bool('stopProcessing', false),
    match: match ? readMatch(match, patternSyntax, references) : anyPath(element, patternSyntax),
    conditions: readConditions(children.get('conditions'), setting, references),
    serverVariables: readServerVariables(children.get('serverVariables'), references),
    action: readInboundAction(children.get('action'), distributed, references),
    responseCacheDirective: attributes.choice('responseCacheDirective', directives, 'Auto'),
    position: element.position,
  };
}

/**
 * A rule without `<match>` is for every path: so stand the rules that Microsoft gives Node.js applications on Azure ("StaticContent",
 * "DynamicContent"). One that says nothing at all, or compares whole texts, is a mistake.
 */
function anyPath(element: XmlElement, patternSyntax: InboundRule['patternSyntax']): InboundRule['match'] {
  const says = element.elements.some((child) => child.name !== 'match');
  if (!says || patternSyntax === 'ExactMatch') {
    throw new RewriteError('missing-attribute', 'a rule needs a <match url="…">', element.position);
  }
  return { url: patternSyntax === 'Wildcard' ? '*' : '', ignoreCase: true, negate: false };
}

function readMatch(
  element: XmlElement,
  patternSyntax: InboundRule['patternSyntax'],
  references: References,
): InboundRule['match'] {
  const attributes = emptyElement(element, ['url', 'ignoreCase', 'negate']);
  if (!attributes.has('url')) throw missing(element, 'url');
  return {
    url: patternAttribute(attributes, 'url', attributes.nonEmpty('url'), patternSyntax, references),
    ignoreCase: attributes.bool('ignoreCase', true),
    negate: attributes.bool('negate', false),
  };
}

function readServerVariables(element: XmlElement | undefined, references: References): readonly SetServerVariable[] {
  if (!element) return [];
  new Attributes(element, []);
  const variables = new Map<string, SetServerVariable>();
  for (const child of childrenOf(element, ['set'])) {
    const variable = readSetVariable(child, references);
    const key = variable.name.toLowerCase();
    if (variables.has(key)) {
      throw new RewriteError('duplicate-name', `server variable ${variable.name} is set twice`, child.position);
    }
    variables.set(key, variable);
  }
  return [...variables.values()];
}
