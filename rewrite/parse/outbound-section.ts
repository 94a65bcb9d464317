import type { XmlElement } from '@stopgap/xml';
import { RewriteError } from '../errors.ts';
import type { CustomTag, OutboundRule, PreCondition } from '../model.ts';
import { Attributes } from './attributes.ts';
import { type Collection, emptyElement, readCollection } from './collection.ts';
import { groupings, readConditionList, syntaxes } from './conditions.ts';
import { readOutboundRule } from './outbound-rule.ts';
import type { References } from './references.ts';

/** `<outboundRules>` as read. */
export interface OutboundSection {
  readonly rules: Collection<OutboundRule>;
  readonly preConditions: Collection<PreCondition>;
  readonly customTags: Collection<TagGroup>;
  readonly rewriteBeforeCache: boolean;
}

export interface TagGroup {
  readonly name: string;
  readonly tags: readonly CustomTag[];
}

/** Reads `<outboundRules>` with its `<preConditions>` and `<customTags>`; all empty where it is missing. */
export function readOutboundSection(element: XmlElement | undefined, references: References): OutboundSection {
  return {
    rewriteBeforeCache: element
      ? new Attributes(element, ['rewriteBeforeCache']).bool('rewriteBeforeCache', false)
      : false,
    preConditions: readCollection(onlyChild(element, 'preConditions'), {
      add: 'preCondition',
      key: 'name',
      keyOf: (group) => group.name,
      read: (child) => readPreCondition(child, references),
    }),
    customTags: readCollection(onlyChild(element, 'customTags'), {
      add: 'tags',
      key: 'name',
      keyOf: (group) => group.name,
      read: readTagGroup,
    }),
    rules: readCollection(element, {
      add: 'rule',
      key: 'name',
      besides: ['preConditions', 'customTags'],
      keyOf: (rule) => rule.name,
      read: (child) => readOutboundRule(child, references),
    }),
  };
}

function onlyChild(element: XmlElement | undefined, name: string): XmlElement | undefined {
  const [first, second] = element?.elements.filter((child) => child.name === name) ?? [];
  if (second) {
    const message = `<${name}> may only appear once in <outboundRules>`;
    throw new RewriteError('duplicate-name', message, second.position);
  }
  if (first) new Attributes(first, []);
  return first;
}

function readPreCondition(element: XmlElement, references: References): PreCondition {
  const attributes = new Attributes(element, ['name', 'logicalGrouping', 'patternSyntax']);
  const patternSyntax = attributes.choice('patternSyntax', syntaxes, 'ECMAScript');
  return {
    name: attributes.required('name'),
    logicalGrouping: attributes.choice('logicalGrouping', groupings, 'MatchAll'),
    patternSyntax,
    list: readConditionList(element, { patternSyntax, unique: true }, references),
    position: element.position,
  };
}

function readTagGroup(element: XmlElement): TagGroup {
  const name = new Attributes(element, ['name']).required('name');
  const { items } = readCollection<CustomTag>(element, {
    add: 'tag',
    key: 'name',
    keyOf: (tag) => `${tag.name}\n${tag.attribute}`,
    read: (child) => {
      const attributes = emptyElement(child, ['name', 'attribute']);
      return { name: attributes.nonEmpty('name'), attribute: attributes.nonEmpty('attribute') };
    },
  });
  return { name, tags: items };
}
