import { evaluateScreened, type InboundScreen } from '../evaluate/inbound.ts';
import { RequestState } from '../evaluate/request-state.ts';
import type { PreparedInboundRule, PreparedRules } from '../prepare/rules.ts';
import type { RewriteRequest } from '../request.ts';
import type { InboundVerdict } from '../verdict.ts';
import { inboundDemands } from './demands.ts';
import { refuseTooLong, refusingRule } from './limits.ts';
import { narrowed, numbered } from './narrow.ts';
import { Screen } from './screen.ts';
import { StateReader } from './state-reader.ts';

const passed: InboundVerdict = Object.freeze({ outcome: 'pass' });

/**
 * Inbound rules behind a screen. A rule that the screen rules out cannot fire on the request as it stands, so only the others are evaluated,
 * in order. As soon as one of them has changed the request, that no longer holds: then all rules are gone through from the start, each
 * screened on the request as the rules before it left it.
 */
export function inboundMatcher(rules: PreparedRules): (request: RewriteRequest) => InboundVerdict {
  const list = [...rules.global, ...rules.distributed].flatMap((set) => set.rules);
  const screen = new Screen(list.map(inboundDemands));
  const narrow = narrowing(rules, list.length);
  const alwaysRules = narrow(screen.always);
  const refusing = refusingRule(rules);
  return (request) => {
    const refusal = refusing && refuseTooLong(request, refusing);
    if (refusal) return refusal;
    const state = new RequestState(request);
    const before = state.revision;
    const numbers = screen.candidates(new StateReader(state));
    if (numbers.length === 0) return passed;
    const candidates = numbers === screen.always ? alwaysRules : narrow(numbers);
    const screening = new Screening(screen, list, before, numbers);
    const verdict = evaluateScreened(candidates, state, screening);
    if (state.revision === before) return verdict;
    const again = new RequestState(request);
    return evaluateScreened(rules, again, new Screening(screen, list, again.revision, numbers));
  };
}

function narrowing(rules: PreparedRules, count: number): (numbers: readonly number[]) => PreparedRules {
  const global = numbered(rules.global);
  const inGlobal = global.setOf.length;
  const distributed = numbered(rules.distributed);
  return (numbers) => {
    if (numbers.length === count) return rules;
    const border = numbers.findIndex((number) => number >= inGlobal);
    const split = border < 0 ? numbers.length : border;
    return {
      ...rules,
      global: narrowed(global, numbers.slice(0, split)),
      distributed: narrowed(
        distributed,
        numbers.slice(split).map((number) => number - inGlobal),
      ),
    };
  };
}

/** What the screen says of one request, looked at anew whenever a rule has changed it. */
class Screening implements InboundScreen {
  readonly #screen: Screen;
  readonly #list: readonly PreparedInboundRule[];
  #revision: object;
  #numbers: readonly number[];
  #rules: ReadonlySet<PreparedInboundRule> | undefined;

  constructor(screen: Screen, list: readonly PreparedInboundRule[], revision: object, numbers: readonly number[]) {
    this.#screen = screen;
    this.#list = list;
    this.#revision = revision;
    this.#numbers = numbers;
  }

  mayFire(rule: PreparedInboundRule, state: RequestState): boolean {
    if (state.revision !== this.#revision) {
      this.#revision = state.revision;
      this.#numbers = this.#screen.candidates(new StateReader(state));
      this.#rules = undefined;
    }
    this.#rules ??= new Set(this.#numbers.flatMap((number) => this.#list[number] ?? []));
    return this.#rules.has(rule);
  }
}
