import type { RewriteMap } from '../model.ts';
import { parseTemplate } from '../template/parse-template.ts';
import type { Template, TemplateFunction, TemplateNode } from '../template/template.ts';
import { htmlEncode, urlDecode, urlEncode } from '../url/encode.ts';

/** What a template may read while a rule runs. */
export interface TemplateScope {
  /** Value of a server variable, upper-case name; empty when unknown or unset. */
  variable(name: string): string;
  /** `{R:n}`. */
  readonly rule: readonly string[];
  /** `{C:n}`. */
  readonly conditions: readonly string[];
}

/** A template ready to run. */
export interface PreparedTemplate {
  readonly source: string;
  readonly template: Template;
  /** Has no back-reference: its value changes only when a server variable does. */
  readonly steady: boolean;
  evaluate(scope: TemplateScope): string;
}

type Evaluate = (scope: TemplateScope) => string;

/** Looks a key up in a map as IIS does; a missing key is the map's default. */
export type MapLookup = (key: string) => string;

/** Look-ups by the map's name in lower case. */
export function mapLookups(maps: readonly RewriteMap[]): ReadonlyMap<string, MapLookup> {
  return new Map(maps.map((map) => [map.name.toLowerCase(), lookupIn(map)]));
}

/** Look-ups in one map. */
export function lookupIn(map: RewriteMap): MapLookup {
  if (!map.ignoreCase) return (key) => map.entries.get(key) ?? map.defaultValue;
  const folded = new Map<string, string>();
  for (const [key, value] of map.entries) {
    const lower = key.toLowerCase();
    if (!folded.has(lower)) folded.set(lower, value);
  }
  return (key) => map.entries.get(key) ?? folded.get(key.toLowerCase()) ?? map.defaultValue;
}

/**
 * Compiles a template. `missingLookup` answers for `{Name:…}` that is no map of this level (a provider of IIS, say) and
 * usually throws.
 */
export function prepareTemplate(
  source: string,
  maps: ReadonlyMap<string, MapLookup>,
  missingLookup: (name: string) => MapLookup,
): PreparedTemplate {
  const template = parseTemplate(source);
  const evaluate = compile(template, (name) => maps.get(name.toLowerCase()) ?? missingLookup(name));
  return { source, template, steady: isSteady(template), evaluate };
}

function isSteady(template: Template): boolean {
  return template.every((node) => {
    if (node.kind === 'function' || node.kind === 'lookup') return isSteady(node.argument);
    return node.kind === 'literal' || node.kind === 'variable';
  });
}

function compile(template: Template, lookup: (name: string) => MapLookup): Evaluate {
  const pieces = template.map((node) => compileNode(node, lookup));
  const [first, second] = pieces;
  if (!first) return () => '';
  if (!second) return first;
  return (scope) => {
    let text = '';
    for (const piece of pieces) text += piece(scope);
    return text;
  };
}

function compileNode(node: TemplateNode, lookup: (name: string) => MapLookup): Evaluate {
  switch (node.kind) {
    case 'literal':
      return () => node.text;
    case 'variable':
      return (scope) => scope.variable(node.name);
    case 'rule-capture':
      return (scope) => scope.rule[node.index] ?? '';
    case 'condition-capture':
      return (scope) => scope.conditions[node.index] ?? '';
    case 'function':
      return applied(apply[node.name], compile(node.argument, lookup));
    case 'lookup':
      return applied(lookup(node.name), compile(node.argument, lookup));
  }
}

function applied(change: (text: string) => string, argument: Evaluate): Evaluate {
  return (scope) => change(argument(scope));
}

const apply: Readonly<Record<TemplateFunction, (text: string) => string>> = {
  ToLower: (text) => text.toLowerCase(),
  UrlEncode: urlEncode,
  UrlDecode: urlDecode,
  HtmlEncode: htmlEncode,
};
