import { readXml, type XmlElement, XmlError } from '@stopgap/xml';
import { RewriteError } from '../errors.ts';
import type { InboundRule, RewriteConfiguration } from '../model.ts';
import type { CostlyPatterns } from '../pattern/index.ts';
import { Attributes } from './attributes.ts';
import { type Collection, readCollection } from './collection.ts';
import { childrenOnce } from './elements.ts';
import { readInboundRule } from './inbound-rule.ts';
import { readAllowedVariables, readMaps, readProviders } from './lists.ts';
import { readOutboundSection } from './outbound-section.ts';
import { References } from './references.ts';

/** Names defined at levels above, which the rules of this level may call. */
export interface InheritedNames {
  readonly maps: Iterable<string>;
  readonly preConditions: Iterable<string>;
  readonly customTags: Iterable<string>;
}

const nothing: InheritedNames = { maps: [], preConditions: [], customTags: [] };

/**
 * Reads a bare `<rewrite>` element as it stands under `system.webServer`, every default filled in. Throws `RewriteError`
 * with the line and column of the first thing that IIS would refuse.
 */
export function parseRewrite(input: string | Uint8Array): RewriteConfiguration {
  return parseRewriteElement(readXmlOrRefuse(input));
}

/** Reads XML for this room: an `XmlError` becomes a `RewriteError` (`not-xml`) with the same place. */
export function readXmlOrRefuse(input: string | Uint8Array): XmlElement {
  try {
    return readXml(input);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    throw new RewriteError('not-xml', error.message, error.position, error);
  }
}

/**
 * As `parseRewrite`, for an element that was read as part of a larger document; places are those of the document. `costly`: what becomes of patterns that IIS
 * takes but that have no linear form.
 */
export function parseRewriteElement(
  element: XmlElement,
  inherited: InheritedNames = nothing,
  costly: CostlyPatterns = 'refuse',
): RewriteConfiguration {
  if (element.name !== 'rewrite') {
    throw new RewriteError('unknown-element', `expected <rewrite>, found <${element.name}>`, element.position);
  }
  new Attributes(element, []);
  const sections = childrenOnce(element, [
    'globalRules',
    'rules',
    'outboundRules',
    'rewriteMaps',
    'allowedServerVariables',
    'providers',
  ]);
  return readSections(sections, inherited, costly);
}

function readSections(
  sections: ReadonlyMap<string, XmlElement>,
  inherited: InheritedNames,
  costly: CostlyPatterns,
): RewriteConfiguration {
  const references = new References(costly);
  const globalRules = readRules(sections.get('globalRules'), false, references);
  const rules = readRules(sections.get('rules'), true, references);
  const outbound = readOutboundSection(sections.get('outboundRules'), references);
  const maps = readMaps(sections.get('rewriteMaps'));
  const allowed = readAllowedVariables(sections.get('allowedServerVariables'));
  const providers = readProviders(sections.get('providers'));
  const names = (items: readonly { readonly name: string }[]) => items.map((item) => item.name);
  references.check({
    map: [...names(maps.items), ...names(providers.items), ...inherited.maps],
    preCondition: [...names(outbound.preConditions.items), ...inherited.preConditions],
    customTags: [...names(outbound.customTags.items), ...inherited.customTags],
  });
  return {
    globalRules: globalRules.rules.items,
    rules: rules.rules.items,
    outboundRules: outbound.rules.items,
    preConditions: outbound.preConditions.items,
    customTags: new Map(outbound.customTags.items.map((group) => [group.name, group.tags])),
    rewriteMaps: maps.items,
    allowedServerVariables: allowed.items,
    providers: providers.items,
    useOriginalUrlEncoding: { globalRules: globalRules.encoding, rules: rules.encoding },
    rewriteBeforeCache: outbound.rewriteBeforeCache,
    inheritance: {
      globalRules: globalRules.rules.edits,
      rules: rules.rules.edits,
      outboundRules: outbound.rules.edits,
      preConditions: outbound.preConditions.edits,
      customTags: outbound.customTags.edits,
      rewriteMaps: maps.edits,
      allowedServerVariables: allowed.edits,
      providers: providers.edits,
    },
  };
}

function readRules(
  element: XmlElement | undefined,
  distributed: boolean,
  references: References,
): { readonly rules: Collection<InboundRule>; readonly encoding: boolean } {
  const attributes = element && new Attributes(element, ['useOriginalURLEncoding']);
  return {
    encoding: attributes?.bool('useOriginalURLEncoding', true) ?? true,
    rules: readCollection(element, {
      add: 'rule',
      key: 'name',
      keyOf: (rule) => rule.name,
      read: (child) => readInboundRule(child, distributed, references),
    }),
  };
}
