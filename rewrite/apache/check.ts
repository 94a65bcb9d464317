import type { InboundRule, ScopedRules } from '../model.ts';
import { type Collection, problemOf } from '../nginx/ending.ts';
import type { Refusal } from '../nginx/result.ts';
import { abort } from './answers.ts';
import { Inputs } from './inputs.ts';
import { OutboundRules } from './outbound.ts';
import { emitPhase, readRule } from './rules.ts';
import { Statements } from './statements.ts';

/** Why rules of a set cannot be expressed: each with the first thing that stands in the way. */
export function refusalsOf(set: ScopedRules): readonly Refusal[] {
  const tried = (rule: string, attempt: (statements: Statements, inputs: Inputs) => unknown): readonly Refusal[] => {
    const statements = new Statements('check');
    const problem = problemOf(() => attempt(statements, new Inputs(statements)));
    if (!problem) return [];
    const why = problem.feature === 'length' ? 'it becomes an expression of more than 4,000 characters' : problem.why;
    return [{ owner: set.owner, rule, feature: problem.feature, why }];
  };
  const { globalRules, rules, outboundRules } = set.configuration;
  const inbound = (collection: Collection, list: readonly InboundRule[]) =>
    list
      .filter((rule) => rule.enabled)
      .flatMap((rule) =>
        tried(rule.name, (statements, inputs) => {
          const ending = readRule(set, collection, rule, inputs, statements);
          if (ending) emitPhase(statements, [{ ...ending, answer: ending.answer ?? abort }], 'check', () => 'check');
        }),
      );
  return [
    ...inbound('globalRules', globalRules),
    ...inbound('rules', rules),
    ...outboundRules
      .filter((rule) => rule.enabled)
      .flatMap((rule) =>
        tried(rule.name, (statements, inputs) => new OutboundRules(statements, inputs).addRule(set, rule)),
      ),
  ];
}
