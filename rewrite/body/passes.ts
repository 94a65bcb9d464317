import type { ExchangeState } from '../evaluate/exchange.ts';
import { type OutboundTrace, outboundValue } from '../evaluate/outbound-rule.ts';
import type { PreparedOutboundRule, PreparedOutboundSet } from '../prepare/rules.ts';
import type { DecidingRule } from '../verdict.ts';
import type { RewriteAttribute } from './tag-stream.ts';

/** A rule that looks at the body, with the set it belongs to. */
export interface BodyRule {
  readonly set: PreparedOutboundSet;
  readonly rule: PreparedOutboundRule;
}

/** Carries out rules on places of a body, counting occurrences over the whole of it. */
export class BodyPasses {
  /** The rules that changed something, in the order of their first change. */
  readonly by: DecidingRule[] = [];
  readonly #state: ExchangeState;
  readonly #trace: OutboundTrace | undefined;
  readonly #times = new Map<PreparedOutboundRule, number>();

  constructor(state: ExchangeState, trace?: OutboundTrace) {
    this.#state = state;
    this.#trace = trace;
  }

  /** One pass of tag rules: each filtered value goes through them in order. */
  attributes(rules: readonly BodyRule[]): RewriteAttribute {
    return (tag, attribute, value) => {
      let now = value;
      for (const { set, rule } of rules) {
        if (rule.place.kind !== 'tags' || !rule.place.attributes.get(tag)?.has(attribute)) continue;
        if (this.#used(rule)) continue;
        const made = this.#attempt(set, rule, now, rule.pattern.exec(now));
        if (made === undefined) continue;
        now = made.value ?? now;
        if (rule.source.stopProcessing) break;
      }
      return now;
    };
  }

  /** One rule over the whole body: every match replaced, as often as its `occurrences` allow. */
  whole({ set, rule }: BodyRule, text: string): { readonly text: string; readonly fired: boolean } {
    const { place } = rule;
    if (place.kind !== 'body') return { text, fired: false };
    if (rule.source.match.negate) return this.#unless(set, rule, text);
    const find = place.search.over(text);
    let out = '';
    let done = 0;
    let fired = false;
    for (let from = 0; from <= text.length && !this.#used(rule); ) {
      const found = find(from);
      if (!found) break;
      const matched = found.captures[0] ?? '';
      const made = this.#attempt(set, rule, matched, found.captures);
      if (made) {
        fired = true;
        out += text.slice(done, found.index) + (made.value ?? matched);
        done = found.index + matched.length;
      }
      from = found.index + Math.max(1, matched.length);
    }
    return { text: out + text.slice(done), fired };
  }

  /** A negated rule over the whole body replaces all of it where its pattern is not found. */
  #unless(
    set: PreparedOutboundSet,
    rule: PreparedOutboundRule,
    text: string,
  ): { readonly text: string; readonly fired: boolean } {
    const found = rule.place.kind === 'body' ? rule.place.search.over(text)(0) : undefined;
    const made = this.#attempt(set, rule, text, found?.captures);
    return { text: made?.value ?? text, fired: made !== undefined };
  }

  /** What became of one place: nothing where the rule did not fire. */
  #attempt(
    set: PreparedOutboundSet,
    rule: PreparedOutboundRule,
    input: string,
    captures: readonly string[] | undefined,
  ): { readonly value: string | undefined } | undefined {
    this.#trace?.tried(set, rule, input, captures);
    if ((captures !== undefined) === rule.source.match.negate) return undefined;
    const { fired, value } = outboundValue(rule, captures ?? [], this.#state, this.#trace);
    if (!fired) return undefined;
    this.#times.set(rule, (this.#times.get(rule) ?? 0) + 1);
    const { action } = rule.source;
    const kept = action.type === 'Rewrite' && !action.replace && input !== '';
    if (value === undefined || value === input || kept) return { value: undefined };
    if (!this.by.some((one) => one.owner === set.owner && one.rule === rule.source.name)) {
      this.by.push({ owner: set.owner, rule: rule.source.name });
    }
    return { value };
  }

  #used(rule: PreparedOutboundRule): boolean {
    const { occurrences } = rule.source.match;
    return occurrences > 0 && (this.#times.get(rule) ?? 0) >= occurrences;
  }
}
