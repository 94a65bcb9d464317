import type { InheritanceEdit, InheritedCollection, RewriteConfiguration } from '../model.ts';
import { conditionElement, inboundElement, outboundElement } from './rule-elements.ts';
import { section, unless, type Written } from './write-xml.ts';

/** A configuration as its `<rewrite>` element: what is the default is left out. Settings of providers are not part of a configuration. */
export function rewriteElement(configuration: RewriteConfiguration): Written {
  const { useOriginalUrlEncoding: encoding } = configuration;
  const edits = (collection: InheritedCollection, key = 'name') =>
    configuration.inheritance[collection].map((edit) => editElement(edit, key));
  const named = (name: string) => ({ name: 'add', attributes: { name } });
  return {
    name: 'rewrite',
    children: [
      ...section('providers', [
        ...edits('providers'),
        ...configuration.providers.map(({ name, type }) => ({ name: 'provider', attributes: { name, type } })),
      ]),
      ...section('allowedServerVariables', [
        ...edits('allowedServerVariables'),
        ...configuration.allowedServerVariables.map((name) => named(name.toUpperCase())),
      ]),
      ...section('rewriteMaps', [...edits('rewriteMaps'), ...configuration.rewriteMaps.map(mapElement)]),
      ...section('globalRules', [...edits('globalRules'), ...configuration.globalRules.map(inboundElement)], {
        useOriginalURLEncoding: unless(encoding.globalRules, true),
      }),
      ...section('rules', [...edits('rules'), ...configuration.rules.map(inboundElement)], {
        useOriginalURLEncoding: unless(encoding.rules, true),
      }),
      ...section(
        'outboundRules',
        [
          ...edits('outboundRules'),
          ...configuration.outboundRules.map(outboundElement),
          ...section('preConditions', [
            ...edits('preConditions'),
            ...configuration.preConditions.map(preConditionElement),
          ]),
          ...section('customTags', [
            ...edits('customTags'),
            ...[...configuration.customTags].map(([name, tags]) => ({
              name: 'tags',
              attributes: { name },
              children: tags.map((tag) => ({ name: 'tag', attributes: { name: tag.name, attribute: tag.attribute } })),
            })),
          ]),
        ],
        { rewriteBeforeCache: unless(configuration.rewriteBeforeCache, false) },
      ),
    ],
  };
}

const editElement = (edit: InheritanceEdit, key: string): Written =>
  edit.kind === 'clear' ? { name: 'clear' } : { name: 'remove', attributes: { [key]: edit.name } };

function preConditionElement(group: RewriteConfiguration['preConditions'][number]): Written {
  return {
    name: 'preCondition',
    attributes: {
      name: group.name,
      logicalGrouping: unless(group.logicalGrouping, 'MatchAll'),
      patternSyntax: unless(group.patternSyntax, 'ECMAScript'),
    },
    children: group.list.map(conditionElement),
  };
}

function mapElement(map: RewriteConfiguration['rewriteMaps'][number]): Written {
  return {
    name: 'rewriteMap',
    attributes: {
      name: map.name,
      defaultValue: unless(map.defaultValue, ''),
      ignoreCase: unless(map.ignoreCase, true),
    },
    children: [...map.entries].map(([key, value]) => ({ name: 'add', attributes: { key, value } })),
  };
}
