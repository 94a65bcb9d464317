import { bodyRewriter } from '../body/body-rewriter.ts';
import type { TestedCondition } from '../evaluate/conditions.ts';
import type { Exchange } from '../evaluate/exchange.ts';
import { evaluateOutbound, type OutboundVerdict } from '../evaluate/outbound.ts';
import type { OutboundTrace } from '../evaluate/outbound-rule.ts';
import { isOfBody, type PreparedOutboundRule, type PreparedOutboundSet, type PreparedRules } from '../prepare/rules.ts';
import type { ExplainedRule } from './explanation.ts';
import { Hints } from './hints.ts';
import { RuleRecord, untried } from './rule-record.ts';
import { outboundActionWords, quoted, unmetWords } from './words.ts';

/** Places of a body that are told of, for each response. */
const mostPlaces = 100;

/** Evaluates the outbound rules, on the body too where it is given, and tells what became of each. */
export function explainOutbound(
  rules: PreparedRules,
  exchange: Exchange,
  body: string | undefined,
): { readonly verdict: OutboundVerdict; readonly rules: readonly ExplainedRule[] } {
  const listener = new OutboundListener(new Hints(rules, exchange.request));
  const verdict = evaluateOutbound(rules, exchange, listener);
  const rewriter = body === undefined ? undefined : bodyRewriter(rules, exchange, undefined, listener);
  if (rewriter && body !== undefined) {
    rewriter.write(body);
    rewriter.end();
  }
  const refused = rewriter?.refusal?.reason;
  return { verdict, rules: rules.outbound.flatMap((set) => listener.of(set, refused)) };
}

class OutboundListener implements OutboundTrace {
  readonly #records = new Map<PreparedOutboundRule, RuleRecord[]>();
  readonly #elsewhere = new Map<PreparedOutboundSet, string>();
  readonly #unmet = new Map<PreparedOutboundRule, readonly TestedCondition[]>();
  readonly #hints: Hints;
  #last: RuleRecord | undefined;
  #places = 0;

  constructor(hints: Hints) {
    this.#hints = hints;
  }

  skipped(set: PreparedOutboundSet, path: string): void {
    this.#elsewhere.set(set, path);
  }

  preCondition(
    _set: PreparedOutboundSet,
    rule: PreparedOutboundRule,
    holds: boolean,
    tested: readonly TestedCondition[],
  ): void {
    if (!holds) this.#unmet.set(rule, tested);
  }

  tried(set: PreparedOutboundSet, rule: PreparedOutboundRule, input: string, captures?: readonly string[]): void {
    this.#last = undefined;
    if (++this.#places > mostPlaces) return;
    this.#last = new RuleRecord(set, rule, input, captures, this.#hints);
    this.#records.set(rule, [...(this.#records.get(rule) ?? []), this.#last]);
  }

  tested(condition: TestedCondition): void {
    this.#last?.tested(condition);
  }

  fired(value: string | undefined): void {
    const last = this.#last;
    if (last && 'place' in last.rule) last.fired(outboundActionWords(last.rule.source, value));
  }

  of(set: PreparedOutboundSet, refused: string | undefined): readonly ExplainedRule[] {
    const prepared = new Map(set.rules.map((rule) => [rule.source, rule]));
    return set.sources.flatMap((source) => {
      const rule = prepared.get(source);
      if (!rule) return [untried(set, source, 'disabled', 'it is disabled (enabled="false")')];
      const records = this.#records.get(rule);
      return records ? records.map((record) => record.explained()) : [this.#untried(set, rule, refused)];
    });
  }

  #untried(set: PreparedOutboundSet, rule: PreparedOutboundRule, refused: string | undefined): ExplainedRule {
    const elsewhere = this.#elsewhere.get(set);
    if (elsewhere !== undefined) {
      return untried(set, rule.source, 'other-level', `the path ${quoted(elsewhere)} is not under ${set.level}`);
    }
    const unmet = this.#unmet.get(rule);
    if (unmet) {
      const failed = unmet.filter((one) => !one.holds).map(unmetWords);
      const why = `its precondition "${rule.source.preCondition}" does not hold for this response: ${failed.join('; ')}`;
      return untried(set, rule.source, 'precondition-did-not-hold', why);
    }
    if (refused !== undefined) return untried(set, rule.source, 'not-reached', refused);
    return !isOfBody(rule)
      ? untried(set, rule.source, 'not-reached', 'an earlier rule ended the evaluation of this header')
      : untried(set, rule.source, 'pattern-did-not-match', 'nothing in the body is what it looks for');
  }
}
