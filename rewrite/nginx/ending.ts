import type { InboundRule, ScopedRules } from '../model.ts';
import { Inexpressible } from '../pcre/index.ts';
import { and, type Formula } from '../translate/formula.ts';
import { RuleReferences } from '../translate/references.ts';
import { type Collection, refusalsIn } from '../translate/refusals.ts';
import type { Refusal } from '../translate/result.ts';
import { testRule } from '../translate/rule.ts';
import { commentText } from '../translate/text.ts';
import { normaliseLevel } from '../url/level.ts';
import { type Answer, answerOf, otherwise } from './action.ts';
import { emitFormula } from './emit-formula.ts';
import { Inputs } from './inputs.ts';
import { Maps } from './maps.ts';
import { OutboundRules } from './outbound.ts';
import { goesOn } from './phase.ts';
import { type EndingRule, emitRules } from './rules.ts';
import { rewritten } from './server.ts';

/** Turns the rules of owners into ending rules; each distinct answer has a value of the verdict of its own. */
export class RuleReader {
  readonly #maps: Maps;
  readonly #inputs: Inputs;
  readonly #answers = new Map<string, { readonly value: string; readonly answer: Answer }>();

  constructor(maps: Maps, inputs: Inputs) {
    this.#maps = maps;
    this.#inputs = inputs;
  }

  /** The answers so far by their value, in the order in which they were met. */
  answers(): readonly { readonly value: string; readonly answer: Answer }[] {
    return [...this.#answers.values()];
  }

  /** The enabled rules of a collection that end something. `@throws` Inexpressible, see `refusalsOf`. */
  read(set: ScopedRules, collection: Collection, value?: string): readonly EndingRule[] {
    return set.configuration[collection].flatMap((rule) => {
      const ending = rule.enabled ? this.readRule(set, collection, rule, value) : undefined;
      return ending ? [ending] : [];
    });
  }

  /** One rule; undefined where it changes nothing. */
  readRule(set: ScopedRules, collection: Collection, rule: InboundRule, value?: string): EndingRule | undefined {
    const level = collection === 'globalRules' ? '/' : normaliseLevel(set.level);
    const { rewriteMaps } = set.configuration;
    const references = new RuleReferences(rule, level, this.#inputs, rewriteMaps);
    const answer = answerOf(rule, level, this.#inputs, this.#maps, references);
    if (answer === undefined && !rule.stopProcessing) return undefined;
    const test = testRule(rule, level, this.#inputs, answer === undefined ? 'narrow' : 'wide', rewriteMaps);
    const comment = `${commentText(set.owner)}: ${commentText(rule.name)}`;
    if (answer === undefined) return { comment, test, value: goesOn };
    if (answer.rewritten !== undefined && collection === 'globalRules') {
      throw new Inexpressible(
        'Rewrite in globalRules',
        'the rules of all levels would have to look at the rewritten URL',
      );
    }
    const certain = () => testRule(rule, level, this.#inputs, 'narrow', rewriteMaps).formula;
    const sure = answer.rewritten === undefined ? answer : onlyWhere(answer, test.formula, certain());
    return { comment, test, value: value ?? this.#verdictOf(sure, comment) };
  }

  /** The value of an answer, or a variable that has it where the answer can be made. */
  #verdictOf(answer: Answer, comment: string): string {
    const { only } = answer;
    const value = this.#valueOf(answer);
    return only ? emitFormula(this.#maps, only.where, value, this.#valueOf(only.otherwise), comment) : value;
  }

  /** `444`, or the status and a number: `403.1`; `rewritten.2` for a request that goes on elsewhere. */
  #valueOf(answer: Answer): string {
    const key = `${answer.status} ${answer.rewritten ?? ''} ${answer.text ?? ''}`;
    const known = this.#answers.get(key);
    if (known) return known.value;
    const stem = answer.rewritten === undefined ? String(answer.status) : rewritten;
    const value = answer.text === undefined ? stem : `${stem}.${this.#answers.size + 1}`;
    this.#answers.set(key, { value, answer });
    return value;
  }
}

/** A Rewrite both lets a request go on and keeps it from later rules: where it is not certain that it fires, nobody may tell what would follow. */
function onlyWhere(answer: Answer, may: Formula, does: Formula): Answer {
  if (JSON.stringify(may) === JSON.stringify(does)) return answer;
  const where = answer.only ? and([does, answer.only.where]) : does;
  return { ...answer, only: { where, otherwise } };
}

/** Why rules of a set cannot be expressed: each with the first thing that stands in the way. */
export function refusalsOf(set: ScopedRules, nginxVersion: string): readonly Refusal[] {
  const fresh = () => {
    const maps = new Maps('check');
    return { maps, inputs: new Inputs(maps, nginxVersion) };
  };
  return refusalsIn(set, {
    inbound: (rule, collection) => {
      const { maps, inputs } = fresh();
      const reader = new RuleReader(maps, inputs);
      const ending = reader.readRule(set, collection, rule);
      if (ending) emitRules(maps, [ending], ending.value);
    },
    outbound: (rule) => {
      const { maps, inputs } = fresh();
      new OutboundRules(maps, inputs).addRule(set, rule);
    },
  });
}
