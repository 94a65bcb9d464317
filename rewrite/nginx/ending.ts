import type { InboundRule, ScopedRules } from '../model.ts';
import { PatternProblem } from '../pattern/index.ts';
import { TemplateProblem } from '../template/template.ts';
import { normaliseLevel } from '../url/level.ts';
import { type Answer, answerOf } from './action.ts';
import { Inputs } from './inputs.ts';
import { Maps } from './maps.ts';
import { OutboundRules } from './outbound.ts';
import { Inexpressible } from './pcre/index.ts';
import { goesOn } from './phase.ts';
import type { Refusal } from './result.ts';
import { testRule } from './rule.ts';
import { type EndingRule, emitRules } from './rules.ts';
import { commentText } from './text.ts';

/** Which rules of a set run when: global rules see the path from the root. */
export type Collection = 'globalRules' | 'rules';

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
    const answer = answerOf(rule, level, this.#inputs, this.#maps);
    if (answer === undefined && !rule.stopProcessing) return undefined;
    const test = testRule(rule, level, this.#inputs, answer === undefined ? 'narrow' : 'wide');
    const comment = `${commentText(set.owner)}: ${commentText(rule.name)}`;
    return { comment, test, value: answer === undefined ? goesOn : (value ?? this.#valueOf(answer)) };
  }

  /** `444`, or the status and a number: `403.1`. */
  #valueOf(answer: Answer): string {
    const key = `${answer.status} ${answer.text ?? ''}`;
    const known = this.#answers.get(key);
    if (known) return known.value;
    const value = answer.text === undefined ? String(answer.status) : `${answer.status}.${this.#answers.size + 1}`;
    this.#answers.set(key, { value, answer });
    return value;
  }
}

/** Why rules of a set cannot be expressed: each with the first thing that stands in the way. */
export function refusalsOf(set: ScopedRules, nginxVersion: string): readonly Refusal[] {
  const tried = (rule: string, attempt: (maps: Maps, inputs: Inputs) => unknown): readonly Refusal[] => {
    const maps = new Maps('check');
    const problem = problemOf(() => attempt(maps, new Inputs(maps, nginxVersion)));
    return problem ? [{ owner: set.owner, rule, ...problem }] : [];
  };
  const { globalRules, rules, outboundRules } = set.configuration;
  const inbound = (collection: Collection, list: readonly InboundRule[]) =>
    list
      .filter((rule) => rule.enabled)
      .flatMap((rule) =>
        tried(rule.name, (maps, inputs) => tryRule(new RuleReader(maps, inputs), set, collection, rule, maps)),
      );
  return [
    ...inbound('globalRules', globalRules),
    ...inbound('rules', rules),
    ...outboundRules
      .filter((rule) => rule.enabled)
      .flatMap((rule) => tried(rule.name, (maps, inputs) => new OutboundRules(maps, inputs).addRule(set, rule))),
  ];
}

/** Reads and emits a rule by itself. */
function tryRule(reader: RuleReader, set: ScopedRules, collection: Collection, rule: InboundRule, maps: Maps): void {
  const ending = reader.readRule(set, collection, rule);
  if (ending) emitRules(maps, [ending], ending.value);
}

/** What stands in the way of something, by name; undefined if nothing does. */
export function problemOf(attempt: () => unknown): { readonly feature: string; readonly why: string } | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (error instanceof Inexpressible) return { feature: error.feature, why: error.message };
    if (error instanceof PatternProblem) return { feature: error.code, why: error.message };
    if (error instanceof TemplateProblem) return { feature: 'template', why: error.message };
    throw error;
  }
}
