import type { Position } from '@stopgap/xml';
import { bodySearch } from '../body/search.ts';
import { RewriteError } from '../errors.ts';
import type {
  Conditions,
  InboundRule,
  OutboundRule,
  PatternSyntax,
  RewriteConfiguration,
  ScopedRules,
} from '../model.ts';
import { type CompiledPattern, type CostlyPatterns, compilePattern, PatternProblem } from '../pattern/index.ts';
import { lookupsOf, reads } from '../template/template.ts';
import { depthOf, normaliseLevel } from '../url/level.ts';
import type {
  OutboundPlace,
  PreparedConditions,
  PreparedInboundRule,
  PreparedInboundSet,
  PreparedOutboundRule,
  PreparedOutboundSet,
  PreparedPreCondition,
  PreparedRules,
} from './rules.ts';
import { tagAttributes } from './tags.ts';
import { type MapLookup, mapLookups, type PreparedTemplate, prepareTemplate } from './template.ts';

/**
 * Compiles rules once, to be evaluated many times. Sets keep the order given among equal levels; parents come before
 * children. Throws `RewriteError` for a rule that cannot be run outside IIS (`unsupported`: it calls a provider). `costlyPatterns`
 * `bound`: patterns without a linear form are taken, and evaluating them may throw `PatternExhausted`; only for requests of one's own.
 */
export function prepareRules(
  rules: readonly ScopedRules[],
  { costlyPatterns = 'refuse' }: { readonly costlyPatterns?: CostlyPatterns } = {},
): PreparedRules {
  const shared: Shared = { templates: new Map(), patterns: new Map(), costlyPatterns };
  const sets = rules
    .map((scoped) => new SetCompiler(scoped, shared))
    .toSorted((a, b) => depthOf(a.level) - depthOf(b.level));
  return {
    global: sets.map((set) => set.inbound('globalRules')).filter(hasRules),
    distributed: sets.map((set) => set.inbound('rules')).filter(hasRules),
    outbound: sets.map((set) => set.outbound()).filter(hasRules),
  };
}

/** Sets of disabled rules are kept: `explain` tells of them. */
function hasRules(set: PreparedInboundSet | PreparedOutboundSet): boolean {
  return set.sources.length > 0;
}

/** What all sets have in common: equal texts become one object, so that a request works each out once. */
interface Shared {
  /** Templates without look-ups; those with one belong to their level's maps. */
  readonly templates: Map<string, PreparedTemplate>;
  readonly patterns: Map<string, CompiledPattern>;
  readonly costlyPatterns: CostlyPatterns;
}

class SetCompiler {
  readonly level: string;
  readonly #scoped: ScopedRules;
  readonly #configuration: RewriteConfiguration;
  readonly #maps: ReadonlyMap<string, MapLookup>;
  readonly #shared: Shared;
  readonly #templates = new Map<string, PreparedTemplate>();
  readonly #preConditions = new Map<string, PreparedPreCondition>();

  constructor(scoped: ScopedRules, shared: Shared) {
    this.#shared = shared;
    this.#scoped = scoped;
    this.#configuration = scoped.configuration;
    this.level = normaliseLevel(scoped.level);
    this.#maps = mapLookups(scoped.configuration.rewriteMaps);
  }

  inbound(collection: 'globalRules' | 'rules'): PreparedInboundSet {
    const distributed = collection === 'rules';
    const list = this.#configuration[collection];
    return {
      owner: this.#scoped.owner,
      collection,
      level: distributed ? this.level : '/',
      mode: this.#scoped.mode,
      useOriginalUrlEncoding: this.#configuration.useOriginalUrlEncoding[collection],
      rules: list.filter((rule) => rule.enabled).map((rule) => this.#inboundRule(rule, distributed)),
      sources: list,
    };
  }

  outbound(): PreparedOutboundSet {
    const list = this.#configuration.outboundRules;
    return {
      owner: this.#scoped.owner,
      level: this.level,
      mode: this.#scoped.mode,
      rules: list.filter((rule) => rule.enabled).map((rule) => this.#outboundRule(rule)),
      sources: list,
    };
  }

  #inboundRule(rule: InboundRule, distributed: boolean): PreparedInboundRule {
    const { match, action } = rule;
    const text = (source: string | undefined) =>
      source === undefined ? undefined : this.#template(source, rule.position);
    const allowed = new Set(this.#configuration.allowedServerVariables);
    const conditions = this.#conditions(rule.conditions, rule.patternSyntax);
    const variables = rule.serverVariables.map((variable) => ({
      name: variable.name.toUpperCase(),
      value: this.#template(variable.value, rule.position),
      replace: variable.replace,
      allowed: !distributed || allowed.has(variable.name.toLowerCase()),
    }));
    const prepared = {
      source: action,
      url: text('url' in action ? action.url : undefined),
      reason: text('statusReason' in action ? action.statusReason : undefined),
      description: text('statusDescription' in action ? action.statusDescription : undefined),
    };
    const templates = [
      ...conditions.list.map((condition) => condition.input),
      ...variables.map((variable) => variable.value),
      ...[prepared.url, prepared.reason, prepared.description].filter((one) => one !== undefined),
    ];
    return {
      source: rule,
      pattern: this.#pattern(match.url, rule.patternSyntax, match.ignoreCase, rule.position),
      wantsCaptures: templates.some((one) => reads(one.template, 'rule-capture')),
      conditions: { ...conditions, wanted: templates.some((one) => reads(one.template, 'condition-capture')) },
      variables,
      action: prepared,
    };
  }

  #outboundRule(rule: OutboundRule): PreparedOutboundRule {
    const { match, action } = rule;
    return {
      source: rule,
      pattern: this.#pattern(match.pattern, rule.patternSyntax, match.ignoreCase, rule.position),
      place: this.#place(rule),
      preCondition: rule.preCondition === '' ? undefined : this.#preCondition(rule.preCondition, rule.position),
      conditions: this.#conditions(rule.conditions, rule.patternSyntax),
      value: action.type === 'Rewrite' ? this.#template(action.value, rule.position) : undefined,
    };
  }

  #place(rule: OutboundRule): OutboundPlace {
    const { match } = rule;
    if (match.serverVariable !== '') {
      if (!/^RESPONSE_/i.test(match.serverVariable))
        return { kind: 'variable', name: match.serverVariable.toUpperCase() };
      const written = match.serverVariable.slice('RESPONSE_'.length).replaceAll('_', '-');
      return { kind: 'header', name: written.toLowerCase(), written };
    }
    if (match.filterByTags.length === 0) {
      const { pattern, ignoreCase } = match;
      const search = orRefuse(pattern, rule.position, () => bodySearch(pattern, rule.patternSyntax, ignoreCase));
      return { kind: 'body', search };
    }
    const wanted = match.customTags.toLowerCase();
    const group = [...this.#configuration.customTags].find(([name]) => name.toLowerCase() === wanted);
    return { kind: 'tags', attributes: tagAttributes(match, group?.[1] ?? []) };
  }

  #preCondition(name: string, position: Position): PreparedPreCondition {
    const key = name.toLowerCase();
    const known = this.#preConditions.get(key);
    if (known) return known;
    const group = this.#configuration.preConditions.find((one) => one.name.toLowerCase() === key);
    if (!group) throw new RewriteError('undefined-reference', `preCondition="${name}" is not defined`, position);
    const { logicalGrouping, list, patternSyntax } = group;
    const conditions = this.#conditions({ logicalGrouping, list, trackAllCaptures: false }, patternSyntax);
    const prepared = { name: group.name, conditions };
    this.#preConditions.set(key, prepared);
    return prepared;
  }

  #conditions(conditions: Conditions, syntax: PatternSyntax): PreparedConditions {
    return {
      logicalGrouping: conditions.logicalGrouping,
      trackAllCaptures: conditions.trackAllCaptures,
      wanted: true,
      list: conditions.list.map((condition) => ({
        source: condition,
        input: this.#template(condition.input, condition.position),
        pattern:
          condition.matchType === 'Pattern'
            ? this.#pattern(condition.pattern, syntax, condition.ignoreCase, condition.position)
            : undefined,
      })),
    };
  }

  #template(source: string, position: Position): PreparedTemplate {
    const known = this.#shared.templates.get(source) ?? this.#templates.get(source);
    if (known) return known;
    const prepared = prepareTemplate(source, this.#maps, (name) => this.#missingLookup(name, position));
    const cache = lookupsOf(prepared.template).length > 0 ? this.#templates : this.#shared.templates;
    cache.set(source, prepared);
    return prepared;
  }

  #missingLookup(name: string, position: Position): never {
    const provider = this.#configuration.providers.some((one) => one.name.toLowerCase() === name.toLowerCase());
    const message = provider
      ? `{${name}:…} calls a provider, which is code that only IIS can run; use a rewrite map`
      : `{${name}:…} names no rewrite map of this level`;
    throw new RewriteError(provider ? 'unsupported' : 'undefined-reference', message, position);
  }

  #pattern(source: string, syntax: PatternSyntax, ignoreCase: boolean, position: Position): CompiledPattern {
    const key = `${syntax}\n${ignoreCase}\n${source}`;
    const known = this.#shared.patterns.get(key);
    if (known) return known;
    const compiled = orRefuse(source, position, () =>
      compilePattern(source, syntax, ignoreCase, this.#shared.costlyPatterns),
    );
    this.#shared.patterns.set(key, compiled);
    return compiled;
  }
}

/** Compiles, or says of the pattern at `position` what is wrong with it. */
function orRefuse<T>(source: string, position: Position, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof PatternProblem)) throw error;
    throw new RewriteError(error.code, `"${source}": ${error.message}`, position, error);
  }
}
