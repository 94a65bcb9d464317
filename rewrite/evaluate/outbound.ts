import { isOfBody, type PreparedOutboundRule, type PreparedOutboundSet, type PreparedRules } from '../prepare/rules.ts';
import { oneLine } from '../url/encode.ts';
import type { DecidingRule, HeaderEdits, Observation } from '../verdict.ts';
import { type Exchange, ExchangeState } from './exchange.ts';
import { type ApplicableSet, applicableRules, type OutboundTrace, outboundValue } from './outbound-rule.ts';

/** What the outbound rules make of a response's headers. */
export interface OutboundVerdict {
  readonly headers: HeaderEdits;
  /** Names of edited headers as the rules write them, by lower-case name. */
  readonly names: ReadonlyMap<string, string>;
  /** The rules that edited, in order. */
  readonly by: readonly DecidingRule[];
  /** What rules in mode `observe` would have done. */
  readonly observed: readonly Observation[];
  /** Whether rules that apply to this response change its body: give it to `bodyRewriter`. */
  readonly wantsBody: boolean;
  /** Whether rules in mode `observe` that apply would change its body: show it to `bodyObserver`. */
  readonly observesBody: boolean;
}

/** What the outbound rules make of the headers of a response. Reads nothing but its arguments. */
export function evaluateOutbound(rules: PreparedRules, exchange: Exchange, trace?: OutboundTrace): OutboundVerdict {
  const state = new ExchangeState(exchange);
  const run = new HeaderRun(state, trace);
  const applicable = applicableRules(rules.outbound, state, trace);
  const observed: Observation[] = [];
  for (const { set, rules: list } of applicable) {
    if (set.mode === 'enforce') run.set(set, list);
    else observed.push(...observe(set, list, state, trace));
  }
  return {
    headers: run.edits(),
    names: run.names,
    by: run.by,
    observed,
    wantsBody: applicable.some((one) => looksAtBody(one, 'enforce')),
    observesBody: applicable.some((one) => looksAtBody(one, 'observe')),
  };
}

function looksAtBody({ set, rules }: ApplicableSet, mode: 'enforce' | 'observe'): boolean {
  return set.mode === mode && rules.some(isOfBody);
}

function observe(
  set: PreparedOutboundSet,
  rules: readonly PreparedOutboundRule[],
  state: ExchangeState,
  trace: OutboundTrace | undefined,
): readonly Observation[] {
  const trial = new HeaderRun(state.fork(), trace);
  trial.set(set, rules);
  return trial.by.map((by) => ({ by, outcome: 'header' as const }));
}

class HeaderRun {
  readonly names = new Map<string, string>();
  readonly by: DecidingRule[] = [];
  readonly #state: ExchangeState;
  readonly #trace: OutboundTrace | undefined;
  /** Values that a rule with stopProcessing is done with: `name` + line number. */
  readonly #stopped = new Set<string>();

  constructor(state: ExchangeState, trace: OutboundTrace | undefined) {
    this.#state = state;
    this.#trace = trace;
  }

  set(set: PreparedOutboundSet, rules: readonly PreparedOutboundRule[]): void {
    for (const rule of rules) {
      if (rule.place.kind === 'header') this.#rule(set, rule, rule.place);
      else if (rule.place.kind === 'variable') this.#variable(set, rule, rule.place.name);
    }
  }

  edits(): HeaderEdits {
    const edits = new Map<string, string | readonly string[] | undefined>();
    for (const name of this.#state.editedNames()) {
      const values = this.#state.values(name).filter((value) => value !== '');
      edits.set(name, values.length > 1 ? values : values[0]);
    }
    return edits;
  }

  #rule(
    set: PreparedOutboundSet,
    rule: PreparedOutboundRule,
    place: { readonly name: string; readonly written: string },
  ): void {
    const before = this.#state.values(place.name);
    const after = before.map((value, line) => {
      const key = `${place.name} ${line}`;
      return this.#stopped.has(key) ? value : this.#value(set, rule, value, key);
    });
    if (after.every((value, line) => value === before[line])) return;
    this.#state.edit(place.name, after);
    this.names.set(place.name, place.written);
    this.by.push({ owner: set.owner, rule: rule.source.name });
  }

  /** What was sent is over: the response stays as it is, and only rules that follow can tell the difference. */
  #variable(set: PreparedOutboundSet, rule: PreparedOutboundRule, name: string): void {
    const before = this.#state.variable(name);
    const key = `{${name}}`;
    if (this.#stopped.has(key)) return;
    const after = this.#value(set, rule, before, key);
    if (after !== before) this.#state.request.set(name, after);
  }

  #value(set: PreparedOutboundSet, rule: PreparedOutboundRule, value: string, key: string): string {
    const captures = rule.pattern.exec(value);
    this.#trace?.tried(set, rule, value, captures);
    if ((captures !== undefined) === rule.source.match.negate) return value;
    const { fired, value: made } = outboundValue(rule, captures ?? [], this.#state, this.#trace);
    if (fired && rule.source.stopProcessing) this.#stopped.add(key);
    const { action } = rule.source;
    const keeps = action.type === 'Rewrite' && !action.replace && value !== '';
    return made === undefined || keeps ? value : oneLine(made);
  }
}
