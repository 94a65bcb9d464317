import type { TestedCondition } from '../evaluate/conditions.ts';
import { evaluateInbound } from '../evaluate/inbound.ts';
import type { InboundTrace } from '../evaluate/trace.ts';
import type { InboundRule } from '../model.ts';
import type { PreparedInboundRule, PreparedInboundSet, PreparedRules } from '../prepare/rules.ts';
import type { RewriteRequest } from '../request.ts';
import type { InboundVerdict } from '../verdict.ts';
import type { ExplainedRule } from './explanation.ts';
import { Hints } from './hints.ts';
import { RuleRecord, untried } from './rule-record.ts';
import { inboundActionWords, quoted } from './words.ts';

/** Evaluates the inbound rules and tells what became of each, in the order of evaluation. */
export function explainInbound(
  rules: PreparedRules,
  request: RewriteRequest,
): { readonly verdict: InboundVerdict; readonly rules: readonly ExplainedRule[] } {
  const listener = new InboundListener(new Hints(rules, request));
  const verdict = evaluateInbound(rules, request, listener);
  return { verdict, rules: [...rules.global, ...rules.distributed].flatMap((set) => listener.of(set)) };
}

class InboundListener implements InboundTrace {
  readonly #records = new Map<PreparedInboundRule, RuleRecord>();
  readonly #elsewhere = new Map<PreparedInboundSet, string>();
  readonly #hints: Hints;
  #last: RuleRecord | undefined;
  /** The rule that ended the evaluation of a collection, or of a set that is only observed. */
  readonly #ended = new Map<PreparedInboundSet | PreparedInboundSet['collection'], string>();

  constructor(hints: Hints) {
    this.#hints = hints;
  }

  skipped(set: PreparedInboundSet, path: string): void {
    this.#elsewhere.set(set, path);
  }

  tried(set: PreparedInboundSet, rule: PreparedInboundRule, input: string, captures?: readonly string[]): void {
    this.#last = new RuleRecord(set, rule, input, captures, this.#hints);
    this.#records.set(rule, this.#last);
  }

  tested(condition: TestedCondition): void {
    this.#last?.tested(condition);
  }

  fired(result: Parameters<InboundTrace['fired']>[0]): void {
    const last = this.#last;
    if (!last || !('action' in last.rule)) return;
    const sets = [...result.set].map(([name, value]) => `${name} is set to ${quoted(value)}`);
    const words = inboundActionWords(last.rule.action.source, result.url);
    const ends = result.stops && 'collection' in last.set ? [this.#ends(last.set, last.rule.source)] : [];
    last.fired([...sets, words, ...ends].join('; '));
  }

  /** Notes that a rule ended the evaluation, and says of what. A global rule that lets the request go on leaves the others to be looked at. */
  #ends(set: PreparedInboundSet, { name, action }: InboundRule): string {
    this.#ended.set(set.mode === 'observe' ? set : set.collection, name);
    const ofGlobal = set.collection === 'globalRules' && (action.type === 'Rewrite' || action.type === 'None');
    if (!ofGlobal && set.mode === 'enforce') this.#ended.set('rules', name);
    return `no further ${ofGlobal ? 'global ' : ''}rule is looked at`;
  }

  of(set: PreparedInboundSet): readonly ExplainedRule[] {
    const elsewhere = this.#elsewhere.get(set);
    const prepared = new Map(set.rules.map((rule) => [rule.source, rule]));
    return set.sources.map((source) => {
      const rule = prepared.get(source);
      if (!rule) return untried(set, source, 'disabled', 'it is disabled (enabled="false")');
      const record = this.#records.get(rule);
      if (record) return record.explained();
      return elsewhere === undefined
        ? untried(set, source, 'not-reached', `${this.#enderOf(set)} ended the evaluation`)
        : untried(set, source, 'other-level', `the path ${quoted(elsewhere)} is not under ${set.level}`);
    });
  }

  #enderOf(set: PreparedInboundSet): string {
    const name = this.#ended.get(set) ?? this.#ended.get(set.collection);
    return name === undefined ? 'an earlier rule' : `rule "${name}"`;
  }
}
