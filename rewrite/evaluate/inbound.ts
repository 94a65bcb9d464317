import type { PreparedInboundRule, PreparedInboundSet, PreparedRules } from '../prepare/rules.ts';
import type { RewriteRequest } from '../request.ts';
import { isWithin, relativeTo } from '../url/level.ts';
import type { DecidingRule, InboundOutcome, InboundVerdict, Observation } from '../verdict.ts';
import { conditionsHold } from './conditions.ts';
import { fire } from './fire.ts';
import { RequestState } from './request-state.ts';
import { RuleScope } from './rule-scope.ts';
import { readVariable } from './server-variables.ts';
import { resultingUrl } from './substitution.ts';
import type { InboundTrace } from './trace.ts';

const none: readonly string[] = [];

/**
 * What the inbound rules make of a request: global rules in order, then the distributed rules of every level that covers
 * the path the global rules left, parents before children. Rules in mode `observe` change nothing; what they would have
 * done is in `observed`. Reads nothing but its arguments.
 */
export function evaluateInbound(rules: PreparedRules, request: RewriteRequest, trace?: InboundTrace): InboundVerdict {
  return new InboundRun(new RequestState(request), trace).run(rules);
}

/** Knows, without evaluating them, of most rules that they cannot fire; where it is not certain, a rule may. */
export interface InboundScreen {
  mayFire(rule: PreparedInboundRule, state: RequestState): boolean;
}

/** As `evaluateInbound`, on a state that is at hand, and passing over rules that the screen rules out. */
export function evaluateScreened(
  rules: PreparedRules,
  state: RequestState,
  screen: InboundScreen,
  trace?: InboundTrace,
): InboundVerdict {
  return new InboundRun(state, trace, screen).run(rules);
}

/** The rule that last rewrote the URL, and how its collection wants the URL encoded. */
interface LastRewrite {
  readonly by: DecidingRule;
  readonly escapePercent: boolean;
}

class InboundRun {
  readonly #state: RequestState;
  readonly #trace: InboundTrace | undefined;
  readonly #screen: InboundScreen | undefined;
  readonly #observed: Observation[] = [];
  #last: LastRewrite | undefined;
  /** The rule that last set a server variable. */
  #setter: DecidingRule | undefined;

  constructor(state: RequestState, trace?: InboundTrace, screen?: InboundScreen) {
    this.#state = state;
    this.#trace = trace;
    this.#screen = screen;
  }

  run(rules: PreparedRules): InboundVerdict {
    const outcome = this.#phase(rules.global) ?? this.#phase(rules.distributed) ?? this.#passed();
    return this.#observed.length === 0 ? outcome : { ...outcome, observed: this.#observed };
  }

  /** Runs the sets that cover the path as it is now; stopProcessing ends the phase, not the request. */
  #phase(sets: readonly PreparedInboundSet[]): InboundOutcome | undefined {
    const { path } = this.#state;
    for (const set of sets) {
      if (!isWithin(path, set.level)) {
        this.#trace?.skipped(set, path);
        continue;
      }
      if (set.mode === 'observe') {
        this.#observe(set);
        continue;
      }
      const { end, stopped } = this.#set(set);
      if (end || stopped) return end;
    }
    return undefined;
  }

  #set(set: PreparedInboundSet): { readonly end: InboundOutcome | undefined; readonly stopped: boolean } {
    for (const rule of set.rules) {
      if (this.#screen && !this.#screen.mayFire(rule, this.#state)) continue;
      const { fired, end } = this.#rule(set, rule);
      if (end) return { end, stopped: true };
      if (fired && rule.source.stopProcessing) return { end, stopped: true };
    }
    return { end: undefined, stopped: false };
  }

  #rule(
    set: PreparedInboundSet,
    rule: PreparedInboundRule,
  ): { readonly fired: boolean; readonly end: InboundOutcome | undefined } {
    const state = this.#state;
    const input = relativeTo(state.path, set.level);
    const captures = this.#match(rule, input);
    this.#trace?.tried(set, rule, input, captures);
    if ((captures !== undefined) === rule.source.match.negate) return { fired: false, end: undefined };
    const scope = new RuleScope(state, (name) => readVariable(state, name), captures ?? none);
    const trace = this.#trace;
    const holds = conditionsHold(rule.conditions, scope, trace && ((condition) => trace.tested(condition)));
    if (!holds) return { fired: false, end: undefined };
    const { end, ...done } = fire(set, rule, scope, state);
    this.#trace?.fired({ ...done, stops: end !== undefined || rule.source.stopProcessing });
    const by = { owner: set.owner, rule: rule.source.name };
    if (done.set.size > 0) this.#setter = by;
    if (rule.source.action.type === 'Rewrite' && !end) {
      this.#last = { by, escapePercent: set.useOriginalUrlEncoding };
    }
    return { fired: true, end };
  }

  /** What the rule's pattern captured; just whether it matched where nobody asks for more. */
  #match(rule: PreparedInboundRule, input: string): readonly string[] | undefined {
    if (rule.wantsCaptures || this.#trace) return rule.pattern.exec(input);
    return rule.pattern.test(input) ? none : undefined;
  }

  /** Runs a set on a copy of the state and notes what it would have done. */
  #observe(set: PreparedInboundSet): void {
    const screen = this.#screen;
    if (screen && !set.rules.some((rule) => screen.mayFire(rule, this.#state))) return;
    const trial = new InboundRun(this.#state.fork(), this.#trace, screen);
    const end = trial.#set(set).end ?? trial.#passed();
    if (end.outcome !== 'pass') this.#observed.push({ by: end.by, outcome: end.outcome });
    else if (trial.#setter) this.#observed.push({ by: trial.#setter, outcome: 'set-variables' });
  }

  #passed(): InboundOutcome {
    const state = this.#state;
    const changes = state.changes();
    const last = this.#last;
    if (!last) return { outcome: 'pass', ...(changes ? { changes } : {}) };
    const url = resultingUrl(state, last.escapePercent);
    return { outcome: 'rewrite', url, by: last.by, ...(changes ? { changes } : {}) };
  }
}
