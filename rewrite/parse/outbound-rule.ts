import type { XmlElement } from '@stopgap/xml';
import { RewriteError } from '../errors.ts';
import type { FilterTag, OutboundMatch, OutboundRule, PatternSyntax } from '../model.ts';
import { Attributes, missing } from './attributes.ts';
import { emptyElement } from './collection.ts';
import { readConditions, syntaxes } from './conditions.ts';
import { childrenOnce } from './elements.ts';
import { patternAttribute, type References, templateAttribute } from './references.ts';

const tags: readonly FilterTag[] = [
  'A',
  'Area',
  'Base',
  'Form',
  'Frame',
  'Head',
  'IFrame',
  'Img',
  'Input',
  'Link',
  'Script',
  'CustomTags',
];

/** Reads a `<rule>` of `<outboundRules>`. */
export function readOutboundRule(element: XmlElement, references: References): OutboundRule {
  const attributes = new Attributes(element, ['name', 'preCondition', 'enabled', 'patternSyntax', 'stopProcessing']);
  const children = childrenOnce(element, ['match', 'conditions', 'action']);
  const patternSyntax = attributes.choice('patternSyntax', syntaxes, 'ECMAScript');
  const setting = { patternSyntax, trackAllCaptures: true, unique: true };
  const match = children.get('match');
  if (!match) throw new RewriteError('missing-attribute', 'a rule needs a <match pattern="…">', element.position);
  const preCondition = attributes.string('preCondition');
  if (preCondition !== '') references.note('preCondition', preCondition, attributes.position('preCondition'));
  return {
    name: attributes.required('name'),
    enabled: attributes.bool('enabled', true),
    patternSyntax,
    stopProcessing: attributes.bool('stopProcessing', false),
    preCondition,
    match: readOutboundMatch(match, patternSyntax, references),
    conditions: readConditions(children.get('conditions'), setting, references),
    action: readOutboundAction(children.get('action'), references),
    position: element.position,
  };
}

function readOutboundMatch(element: XmlElement, syntax: PatternSyntax, references: References): OutboundMatch {
  const attributes = emptyElement(element, [
    'filterByTags',
    'customTags',
    'serverVariable',
    'pattern',
    'occurrences',
    'ignoreCase',
    'negate',
  ]);
  if (!attributes.has('pattern')) throw missing(element, 'pattern');
  const match: OutboundMatch = {
    serverVariable: attributes.string('serverVariable'),
    filterByTags: attributes.flags('filterByTags', ['None', ...tags]).filter((tag): tag is FilterTag => tag !== 'None'),
    customTags: attributes.string('customTags'),
    pattern: patternAttribute(attributes, 'pattern', attributes.nonEmpty('pattern'), syntax, references),
    occurrences: Math.max(0, attributes.integer('occurrences', 0, -(2 ** 63), 2 ** 63)),
    ignoreCase: attributes.bool('ignoreCase', true),
    negate: attributes.bool('negate', false),
  };
  checkPlace(attributes, match, syntax, references);
  return match;
}

/** Where a rule looks: one server variable (mostly a response header), or attributes of tags, or the whole body. */
function checkPlace(attributes: Attributes, match: OutboundMatch, syntax: PatternSyntax, references: References): void {
  const tagged = match.filterByTags.length > 0;
  if (match.customTags !== '') references.note('customTags', match.customTags, attributes.position('customTags'));
  if (match.filterByTags.includes('CustomTags') && match.customTags === '')
    throw missing(attributes.element, 'customTags');
  if (match.serverVariable === '') {
    if (syntax === 'Wildcard' && !tagged) {
      const message = 'a Wildcard pattern needs filterByTags (or a serverVariable); it cannot search a whole body';
      throw new RewriteError('not-allowed-here', message, attributes.position('pattern'));
    }
    return;
  }
  // IIS Manager leaves a tag filter beside a server variable, which is what counts then.
  if (/^RESPONSE_$/i.test(match.serverVariable)) {
    const message = `serverVariable="${match.serverVariable}" must name a response header behind RESPONSE_, with _ for -`;
    throw new RewriteError('invalid-value', message, attributes.position('serverVariable'));
  }
}

function readOutboundAction(element: XmlElement | undefined, references: References): OutboundRule['action'] {
  if (!element) return { type: 'None' };
  const attributes = emptyElement(element, ['type', 'value', 'replace']);
  const value = templateAttribute(attributes, 'value', attributes.string('value'), references);
  const replace = attributes.bool('replace', true);
  const type = attributes.choice('type', ['None', 'Rewrite'], 'None');
  return type === 'None' ? { type } : { type, value, replace };
}
