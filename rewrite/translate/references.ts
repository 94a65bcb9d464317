import type { Condition, InboundRule, RewriteMap } from '../model.ts';
import { compilePattern, patternTree } from '../pattern/index.ts';
import { Inexpressible, literalText } from '../pcre/index.ts';
import { lookupIn } from '../prepare/template.ts';
import { parseTemplate } from '../template/parse-template.ts';
import type { Template, TemplateNode } from '../template/template.ts';
import { and, type Formula, test } from './formula.ts';
import type { ConstantInput, Input, InputSource, TemplateReferences } from './input.ts';
import { expressionKey } from './text.ts';

type Capture = TemplateNode & { readonly kind: 'rule-capture' | 'condition-capture' };
type Lookup = TemplateNode & { readonly kind: 'lookup' };

/** What the templates of one rule may call: captures of its own tests, and the maps of its level. */
export class RuleReferences implements TemplateReferences {
  readonly #rule: InboundRule;
  readonly #level: string;
  readonly #inputs: InputSource;
  readonly #maps: readonly RewriteMap[];
  /** So many conditions have been tested where the template stands. */
  readonly #tested: number;
  readonly #from: Formula[] = [];

  constructor(
    rule: InboundRule,
    level: string,
    inputs: InputSource,
    maps: readonly RewriteMap[],
    tested = rule.conditions.list.length,
  ) {
    this.#rule = rule;
    this.#level = level;
    this.#inputs = inputs;
    this.#maps = maps;
    this.#tested = tested;
  }

  /**
   * Holds where every text that was captured from is printable ASCII, and no path may mean something else to IIS: there what was read is what
   * IIS reads. Undefined: nothing was read.
   */
  exact(): Formula | undefined {
    return this.#from.length === 0 ? undefined : and(this.#from);
  }

  /** The text of `{R:n}` or `{C:n}`. `@throws` Inexpressible. */
  captured(node: Capture): Input | ConstantInput {
    return node.kind === 'rule-capture' ? this.#ofRule(node.index) : this.#ofCondition(node.index);
  }

  /** The value of `{Map:key}`. `@throws` Inexpressible. */
  lookedUp(node: Lookup): Input | ConstantInput {
    const map = this.#maps.find((one) => one.name.toLowerCase() === node.name.toLowerCase());
    if (!map)
      throw new Inexpressible('provider', `{${node.name}:…} calls a provider, which is code that only IIS can run`);
    const key = this.#inputs.ofTemplate(node.argument, map.ignoreCase, this);
    if ('constant' in key) return { constant: lookupIn(map)(key.constant) };
    this.#refuseDecoded(key, `{${node.name}:…}`);
    this.#from.push(...this.#known(key, map.ignoreCase ? '(?!.*\\xe2\\x84\\xaa)' : ''));
    return read(this.#inputs.lookedUp(key, map));
  }

  /** The path, where `{R:n}` is all of it (but for line ends, which no Location holds). */
  wholePath(index: number): Input | undefined {
    const { match, patternSyntax } = this.#rule;
    if (match.negate) return undefined;
    const { source } = patternTree(match.url, patternSyntax, match.ignoreCase);
    const inGroup = /^\^?\((?:\.|\[\^\]|\[\\s\\S\])\*\)\$?$/.test(source);
    if (!(inGroup && index < 2) && !(/^\^?\.\*\$?$/.test(source) && index === 0)) return undefined;
    return this.#inputs.relativePath(this.#level, literalText(this.#level, false));
  }

  #ofRule(index: number): Input | ConstantInput {
    const { match, patternSyntax } = this.#rule;
    if (match.negate) return { constant: '' };
    const tree = patternTree(match.url, patternSyntax, match.ignoreCase);
    if (index > tree.captures) return { constant: '' };
    const path = this.#inputs.relativePath(this.#level, literalText(this.#level, false));
    this.#from.push(...this.plain(path));
    return read(this.#inputs.captured(path, tree, index));
  }

  #ofCondition(index: number): Input | ConstantInput {
    const { list, logicalGrouping, trackAllCaptures } = this.#rule.conditions;
    if (logicalGrouping === 'MatchAny' && list.length > 1) {
      throw new Inexpressible('back-reference', `{C:${index}} of whichever condition matched first`);
    }
    const tested = list
      .slice(0, this.#tested)
      .map((condition, at) => ({ condition, at }))
      .filter(({ condition }) => condition.matchType === 'Pattern' && !condition.negate);
    let [wanted, group] = [trackAllCaptures ? tested.at(0) : tested.at(-1), index];
    if (trackAllCaptures && index > 0) {
      for (const one of tested) {
        wanted = one;
        const { captures } = this.#treeOf(one.condition);
        if (group <= captures) break;
        group -= captures;
      }
    }
    return wanted ? this.#fromCondition(wanted.condition, wanted.at, group) : { constant: '' };
  }

  #fromCondition(condition: Condition, at: number, group: number): Input | ConstantInput {
    const tree = this.#treeOf(condition);
    if (group > tree.captures) return { constant: '' };
    const before = new RuleReferences(this.#rule, this.#level, this.#inputs, this.#maps, at);
    const input = this.#inputs.ofTemplate(parseTemplate(condition.input), false, before);
    this.#from.push(...before.#from);
    if ('constant' in input) {
      const pattern = compilePattern(condition.pattern, this.#rule.patternSyntax, condition.ignoreCase);
      return { constant: pattern.exec(input.constant)?.[group] ?? '' };
    }
    this.#refuseDecoded(input, `{C:${group}}`);
    this.#from.push(...this.plain(input));
    return read(this.#inputs.captured(input, tree, group));
  }

  #treeOf(condition: Condition) {
    return patternTree(condition.pattern, this.#rule.patternSyntax, condition.ignoreCase);
  }

  #refuseDecoded(input: Input, what: string): void {
    if (!input.decode) return;
    throw new Inexpressible('back-reference', `${what} is taken from text that would have to be decoded`);
  }

  /** Holds where a text is printable ASCII, with a path that means the same to everybody. */
  plain(input: Input): readonly Formula[] {
    return this.#known(input, '[ -~]*\\z');
  }

  /** Holds where a text begins with an expression, and no path in it is odd. Keys of maps are ASCII, which the Kelvin sign becomes in lower case. */
  #known(input: Input, expression: string): readonly Formula[] {
    const key = `(?s)^${input.odd === 'whole' ? '(?!//)' : ''}${expression}`;
    const own = key === '(?s)^' ? [] : [test(input.source, ['""', expressionKey(false, key)])];
    return input.odd === 'part' ? [...own, ...this.#known(this.#inputs.path(), '')] : own;
  }
}

const read = (source: string): Input => ({ source, decode: false, encoding: 'utf8', odd: 'never' });

/** Whether a template reads what only the rule's own tests or maps give. */
export function readsReferences(template: Template): boolean {
  return template.some(
    (node) =>
      node.kind === 'rule-capture' ||
      node.kind === 'condition-capture' ||
      node.kind === 'lookup' ||
      (node.kind === 'function' && readsReferences(node.argument)),
  );
}
