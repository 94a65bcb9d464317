import type { FirstLook } from './first-look.ts';
import { anyOf, firstOf, inText, type Maps, none } from './maps.ts';
import { type EndingRule, emitRules } from './rules.ts';
import { rewritten } from './server.ts';

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

/** Of the verdicts of several groups the first that refuses, else the first that goes on elsewhere. */
export function gravest(maps: Maps, all: readonly string[]): string {
  const values = all.filter((value) => value !== none);
  if (values.length <= 1) return values[0] ?? none;
  if (values.length > 100) return gravest(maps, [gravest(maps, values.slice(0, 100)), ...values.slice(100)]);
  const [refused, elsewhere] = [maps.capture('refused_value'), maps.capture('elsewhere_value')];
  const entries = [
    { key: `"~(?:^| )(?<${refused}>[0-9][^ ]*)"`, value: `$${refused}` },
    { key: `"~(?:^| )(?<${elsewhere}>${rewritten}[^ ]*)"`, value: `$${elsewhere}` },
  ];
  return maps.add('gravest', `"${values.map(inText).join(' ')}"`, entries, none);
}
