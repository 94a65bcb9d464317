import type { ScopedRules } from '../model.ts';
import { refusalsIn } from '../translate/refusals.ts';
import type { Refusal } from '../translate/result.ts';
import { abort } from './answers.ts';
import { Inputs } from './inputs.ts';
import { OutboundRules } from './outbound.ts';
import { emitPhase, readRule } from './rules.ts';
import { Statements } from './statements.ts';

/** Why rules of a set cannot be expressed: each with the first thing that stands in the way. */
export function refusalsOf(set: ScopedRules): readonly Refusal[] {
  const fresh = () => {
    const statements = new Statements('check');
    return { statements, inputs: new Inputs(statements) };
  };
  const refusals = refusalsIn(set, {
    inbound: (rule, collection) => {
      const { statements, inputs } = fresh();
      const ending = readRule(set, collection, rule, inputs, statements);
      if (ending) emitPhase(statements, [{ ...ending, answer: ending.answer ?? abort }], 'check', () => 'check');
    },
    outbound: (rule) => {
      const { statements, inputs } = fresh();
      new OutboundRules(statements, inputs).addRule(set, rule);
    },
  });
  const tooLong = 'it becomes an expression of more than 4,000 characters';
  return refusals.map((refusal) => (refusal.feature === 'length' ? { ...refusal, why: tooLong } : refusal));
}
