import { type Exchange, ExchangeState } from '../evaluate/exchange.ts';
import { evaluateOutbound, type OutboundVerdict } from '../evaluate/outbound.ts';
import { RuleScope } from '../evaluate/rule-scope.ts';
import type { PreparedRules } from '../prepare/rules.ts';
import { outboundDemands } from './demands.ts';
import { narrowed, numbered } from './narrow.ts';
import { Screen } from './screen.ts';

const nothing: OutboundVerdict = {
  headers: new Map(),
  names: new Map(),
  by: [],
  observed: [],
  wantsBody: false,
  observesBody: false,
};

/** Outbound rules behind a screen of what their preconditions demand of the response as it came. */
export function outboundMatcher(rules: PreparedRules): (exchange: Exchange) => OutboundVerdict {
  const list = rules.outbound.flatMap((set) => set.rules);
  const variables = list.some(({ place }) => place.kind === 'variable');
  const screen = new Screen(list.map((rule) => outboundDemands(rule, variables)));
  const sets = numbered(rules.outbound);
  return (exchange) => {
    if (list.length === 0) return nothing;
    const state = new ExchangeState(exchange);
    const scope = new RuleScope(state.request, (name) => state.variable(name), []);
    const numbers = screen.candidates({
      read: (source) => (source === 'path' ? state.request.path : scope.value(source)),
    });
    if (numbers.length === 0) return nothing;
    return evaluateOutbound({ ...rules, outbound: narrowed(sets, numbers) }, exchange);
  };
}
