import type { Position, XmlElement } from '@stopgap/xml';
import { RewriteError } from '../errors.ts';
import type { InboundRule, InheritanceEdit, OutboundRule, RewriteConfiguration } from '../model.ts';
import { parseRewriteElement } from '../parse/parse-rewrite.ts';

/** A rule with the level that defines it: what it matches is relative to there, wherever it is inherited. */
export interface LevelRule<T> {
  readonly level: string;
  readonly rule: T;
}

/** All that holds at one level: what is inherited, less what the level's `<clear/>` and `<remove/>` take away, and its own. */
export interface EffectiveConfiguration {
  readonly globalRules: readonly LevelRule<InboundRule>[];
  readonly rules: readonly LevelRule<InboundRule>[];
  readonly outboundRules: readonly LevelRule<OutboundRule>[];
  /** Everything but rules: maps, preconditions, tags, allowed variables, settings. */
  readonly rest: Omit<RewriteConfiguration, 'globalRules' | 'rules' | 'outboundRules'>;
}

/** Nothing configured. */
export const emptyEffective: EffectiveConfiguration = {
  globalRules: [],
  rules: [],
  outboundRules: [],
  rest: {
    preConditions: [],
    customTags: new Map(),
    rewriteMaps: [],
    allowedServerVariables: [],
    providers: [],
    useOriginalUrlEncoding: { globalRules: true, rules: true },
    rewriteBeforeCache: false,
    inheritance: {
      globalRules: [],
      rules: [],
      outboundRules: [],
      preConditions: [],
      customTags: [],
      rewriteMaps: [],
      allowedServerVariables: [],
      providers: [],
    },
  },
};

/**
 * Adds a level's `<rewrite>` to what it inherits. Throws `RewriteError` for what IIS refuses at that level, a name that is
 * inherited already among them (`duplicate-name`).
 */
export function inherit(parent: EffectiveConfiguration, level: string, element: XmlElement): EffectiveConfiguration {
  const { rest } = parent;
  const inherited = {
    maps: [...named(rest.rewriteMaps), ...named(rest.providers)],
    preConditions: named(rest.preConditions),
    customTags: rest.customTags.keys(),
  };
  // What stands on a server is read as it is; who runs or translates it decides about its cost.
  const own = parseRewriteElement(element, inherited, 'bound');
  const at = element.position;
  const edits = own.inheritance;
  const place = <T>(rules: readonly T[]) => rules.map((rule) => ({ level, rule }));
  return {
    globalRules: merge(parent.globalRules, edits.globalRules, place(own.globalRules), ruleKey),
    rules: merge(parent.rules, edits.rules, place(own.rules), ruleKey),
    outboundRules: merge(parent.outboundRules, edits.outboundRules, place(own.outboundRules), ruleKey),
    rest: {
      preConditions: merge(rest.preConditions, edits.preConditions, own.preConditions, itemKey),
      customTags: new Map(
        merge([...rest.customTags], edits.customTags, [...own.customTags], ([name]) => ['tags', name, at]),
      ),
      rewriteMaps: merge(rest.rewriteMaps, edits.rewriteMaps, own.rewriteMaps, itemKey),
      allowedServerVariables: merge(
        rest.allowedServerVariables,
        edits.allowedServerVariables,
        own.allowedServerVariables,
        (name) => ['server variable', name, at],
      ),
      providers: merge(rest.providers, edits.providers, own.providers, itemKey),
      ...settings(rest, own, element),
      inheritance: edits,
    },
  };
}

/** Attributes of the sections are inherited one by one where a level leaves them out. */
function settings(
  parent: EffectiveConfiguration['rest'],
  own: RewriteConfiguration,
  element: XmlElement,
): Pick<RewriteConfiguration, 'useOriginalUrlEncoding' | 'rewriteBeforeCache'> {
  const says = (section: string, attribute: string) =>
    element.elements.some((child) => child.name === section && child.attributes.has(attribute));
  const encoding = (section: 'globalRules' | 'rules') =>
    (says(section, 'useOriginalURLEncoding') ? own : parent).useOriginalUrlEncoding[section];
  return {
    useOriginalUrlEncoding: { globalRules: encoding('globalRules'), rules: encoding('rules') },
    rewriteBeforeCache: (says('outboundRules', 'rewriteBeforeCache') ? own : parent).rewriteBeforeCache,
  };
}

/** What an item is, its name, and where it stands. */
type Key = readonly [what: string, name: string, position: Position];

function ruleKey({ rule }: LevelRule<{ readonly name: string; readonly position: Position }>): Key {
  return ['rule', rule.name, rule.position];
}

function itemKey(item: { readonly name: string; readonly position: Position }): Key {
  return ['item', item.name, item.position];
}

function named(items: readonly { readonly name: string }[]): readonly string[] {
  return items.map((item) => item.name);
}

function merge<T>(
  inherited: readonly T[],
  edits: readonly InheritanceEdit[],
  own: readonly T[],
  keyOf: (item: T) => Key,
): readonly T[] {
  const fold = (item: T) => keyOf(item)[1].toLowerCase();
  let kept = inherited;
  for (const edit of edits) {
    kept = edit.kind === 'clear' ? [] : kept.filter((item) => fold(item) !== edit.name.toLowerCase());
  }
  const known = new Set(kept.map(fold));
  for (const item of own) {
    if (!known.has(fold(item))) continue;
    const [what, name, position] = keyOf(item);
    const message = `${what} "${name}" is inherited from the level above; rename it, or put <remove> in front`;
    throw new RewriteError('duplicate-name', message, position);
  }
  return [...kept, ...own];
}
