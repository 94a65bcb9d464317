import {
  type InboundRule,
  meaningOf,
  type OutboundRule,
  parseRewriteElement,
  type RewriteConfiguration,
  RewriteError,
} from '@stopgap/rewrite';
import type { XmlElement } from '@stopgap/xml';
import { type Collection, sameName } from '../ours/place.ts';
import { inheritedAt, type NamedItem, type SiteView } from '../server/inheritance.ts';

type Rule = InboundRule | OutboundRule;

/** A rule that stands on the server, understood. */
export interface FoundRule {
  readonly rule: Rule;
  /** Equal for two rules that do the same. */
  readonly meaning: string;
}

/** Understands a rule with all that it refers to at a level; `undefined`: we do not, so it is like no other. */
export function understand(
  view: SiteView,
  collection: Collection,
  item: NamedItem,
  level: string,
): FoundRule | undefined {
  const at = (one: Collection) => inheritedAt(view, one, level).items.map(({ element }) => element);
  const words = textOf(item.element);
  const called = (element: XmlElement) => words.includes(element.attributes.get('name')?.value.toLowerCase() ?? '');
  const own = collection === 'outboundRules' ? [] : [holding(collection, [item.element])];
  const outbound = [
    ...(collection === 'outboundRules' ? [item.element] : []),
    holding('preConditions', at('preConditions').filter(called)),
    holding('customTags', at('customTags').filter(called)),
  ];
  const sections = [
    ...own,
    holding('outboundRules', outbound),
    holding('rewriteMaps', at('rewriteMaps').filter(called)),
    holding('allowedServerVariables', at('allowedServerVariables').filter(called)),
  ];
  const configuration = parsed(holding('rewrite', sections));
  const rule =
    configuration && [...configuration.globalRules, ...configuration.rules, ...configuration.outboundRules][0];
  return rule && { rule, meaning: meaningOf(rule, configuration) };
}

/** The rule of that name in a configuration, with its meaning. */
export function ownRule(
  configuration: RewriteConfiguration,
  collection: Collection,
  name: string,
): FoundRule | undefined {
  const rules: readonly Rule[] =
    collection === 'globalRules' || collection === 'rules' || collection === 'outboundRules'
      ? configuration[collection]
      : [];
  const rule = rules.find((one) => sameName(one.name, name));
  return rule && { rule, meaning: meaningOf(rule, configuration) };
}

/** Whether two items that are not rules (preconditions, maps, …) are the same, defaults filled in. */
export function sameItem(collection: Collection, a: XmlElement, b: XmlElement): boolean {
  const [one, other] = [a, b].map((element) => {
    const list = holding(collection, [element]);
    const outer =
      collection === 'preConditions' || collection === 'customTags' ? holding('outboundRules', [list]) : list;
    const configuration = parsed(holding('rewrite', [outer]));
    return configuration && withoutPlaces(configuration);
  });
  return one !== undefined && one === other;
}

function withoutPlaces(configuration: RewriteConfiguration): string {
  return JSON.stringify(configuration, (key, value: unknown) => {
    if (key === 'position') return undefined;
    if (key === 'name' && typeof value === 'string') return value.toLowerCase();
    return value instanceof Map ? [...value] : value;
  });
}

function parsed(element: XmlElement): RewriteConfiguration | undefined {
  try {
    return parseRewriteElement(element);
  } catch (error) {
    if (error instanceof RewriteError) return undefined;
    throw error;
  }
}

function holding(name: string, elements: readonly XmlElement[]): XmlElement {
  const position = { line: 1, column: 1 };
  return { name, attributes: new Map(), elements, text: '', position, start: 0, end: 0 };
}

function textOf(element: XmlElement): string {
  const values = [...element.attributes.values()].map((one) => one.value.toLowerCase());
  return [...values, ...element.elements.map(textOf)].join('\n');
}
