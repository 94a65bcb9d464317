import type { FirstLook } from './first-look.ts';
import { anyOf, firstOf, type Maps, none } from './maps.ts';
import { type EndingRule, emitRules } from './rules.ts';

/** A rule that stops its phase and lets the request go on. */
export const goesOn = 'on';

/**
 * Emits the rules of a phase in their order: the value of the first that fires. Neighbours of one value are one group, in which order does not
 * matter. Rules that only stop are looked at when a rule that answers has fired.
 */
export function emitPhase(maps: Maps, rules: readonly EndingRule[], firstLook?: FirstLook): string {
  const groups: { value: string; rules: EndingRule[] }[] = [];
  for (const rule of rules) {
    const last = groups.at(-1);
    if (last?.value === rule.value) last.rules.push(rule);
    else groups.push({ value: rule.value, rules: [rule] });
  }
  const lastAnswer = groups.findLastIndex((group) => group.value !== goesOn);
  const relevant = groups.slice(0, lastAnswer + 1).map((group) => ({
    ...group,
    text: emitRules(maps, group.rules, group.value, group.value === goesOn ? undefined : firstLook),
  }));
  const ordered = firstOf(
    maps,
    relevant.map((group) => group.text),
  );
  const stopping = relevant.filter((group) => group.value === goesOn);
  // A rule that can never fire comes to nothing.
  const answers = relevant.filter((group) => group.value !== goesOn && group.text !== none);
  if (answers.length === 0) return none;
  if (stopping.length === 0) return ordered;
  const any = anyOf(
    maps,
    answers.map((group) => group.text),
    ordered,
  );
  return answers.length === 1
    ? maps.add('any', `"${answers[0]?.text ?? none}"`, [{ key: none, value: none }], ordered)
    : any;
}
