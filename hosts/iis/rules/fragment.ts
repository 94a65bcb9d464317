import type { Action } from '@stopgap/mitigation';
import { readXml, type XmlElement } from '@stopgap/xml';
import { type Collection, itemNames } from '../ours/place.ts';

/** An action that this host holds. */
export type UrlRewrite = Extract<Action, { kind: 'urlRewrite' }>;

/** One named thing that an action adds to a collection, as published. */
export interface FragmentItem {
  readonly collection: Collection;
  readonly name: string;
  readonly element: XmlElement;
}

const inside: readonly Collection[] = ['preConditions', 'customTags'];

/** All that an action adds, in the order in which it is published: what rules refer to stands before the rules. */
export function itemsOf({ source }: UrlRewrite): readonly FragmentItem[] {
  const items = readXml(source).elements.flatMap((section) => {
    if (!isCollection(section.name)) return [];
    const nested = section.elements.flatMap((child) =>
      inside.includes(child.name as Collection) ? itemsIn(child, child.name as Collection) : [],
    );
    return [...itemsIn(section, section.name), ...nested];
  });
  return [...items.filter((one) => !isRule(one)), ...items.filter(isRule)];
}

function itemsIn(element: XmlElement, collection: Collection): readonly FragmentItem[] {
  return element.elements
    .filter((child) => child.name === itemNames[collection])
    .map((child) => ({ collection, name: child.attributes.get('name')?.value ?? '', element: child }));
}

function isCollection(name: string): name is Collection {
  return Object.hasOwn(itemNames, name);
}

/** Whether it is a rule, and not something that rules refer to. */
export function isRule({ collection }: Pick<FragmentItem, 'collection'>): boolean {
  return itemNames[collection] === 'rule';
}

/** Why IIS cannot have this action as a mitigation; `undefined`: it can. */
export function refusalOf({ rewrite, scope }: UrlRewrite): string | undefined {
  const { useOriginalUrlEncoding, rewriteBeforeCache, providers, inheritance } = rewrite;
  if (!useOriginalUrlEncoding.rules || !useOriginalUrlEncoding.globalRules) {
    return 'useOriginalURLEncoding holds for every rule of the level, so it cannot be set for this one alone';
  }
  if (rewriteBeforeCache) return 'rewriteBeforeCache holds for every outbound rule of the level';
  if (providers.length > 0) return 'providers load code into IIS, which a mitigation may not';
  if (Object.values(inheritance).some((edits) => edits.length > 0))
    return '<clear> and <remove> take out rules of others';
  if (rewrite.globalRules.length > 0 && scope.level !== 'server') return 'globalRules stand at server level only';
  return undefined;
}
