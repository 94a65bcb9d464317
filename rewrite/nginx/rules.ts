import type { Test } from '../translate/formula.ts';
import { type GateWords, gateWords } from '../translate/gate-words.ts';
import type { RuleTest } from '../translate/rule.ts';
import { emitFormula } from './emit-formula.ts';
import type { FirstLook } from './first-look.ts';
import { emitGate } from './gate.ts';
import { anyOf, type MapEntry, type Maps, none } from './maps.ts';

/** A rule that ends the processing of its phase, and the value that says how. */
export interface EndingRule {
  /** Fit for a comment: owner and name. */
  readonly comment: string;
  readonly test: RuleTest;
  /** What the phase's variable becomes when it fires. */
  readonly value: string;
}

/** Emits rules of one value, in whatever order is cheapest. Returns `value` where any fires, and nothing else. */
export function emitRules(maps: Maps, rules: readonly EndingRule[], value: string, firstLook?: FirstLook): string {
  const open: EndingRule[] = [];
  const byScan = new Map<string, { rule: EndingRule; gate: GateWords }[]>();
  for (const rule of rules) {
    const gate = gateWords(rule.test.demands);
    if (gate === undefined) open.push(rule);
    else {
      byScan.set(gate.scan.source, [...(byScan.get(gate.scan.source) ?? []), { rule, gate }]);
      firstLook?.add(gate.scan, rule.test.demands);
    }
  }
  const inner = (group: readonly EndingRule[]) => emitTogether(maps, group, value);
  const gated = [...byScan.values()].map((group) => {
    const escapes = group.some(({ gate }) => gate.scan.escapes);
    const [first] = group;
    return first ? emitGate(maps, { ...first.gate.scan, escapes }, group, value, inner) : none;
  });
  if (open.length > 0) firstLook?.always();
  return anyOf(maps, [...gated, ...open.map((rule) => inner([rule]))], value);
}

/** Rules that are looked at together: those with one test of the same text become lines of one map. */
function emitTogether(maps: Maps, rules: readonly EndingRule[], value: string): string {
  const lists = new Map<string, { rule: EndingRule; test: Test }[]>();
  const values: string[] = [];
  for (const rule of rules) {
    const { formula } = rule.test;
    if (formula.kind === 'test' && formula.test.expect) {
      const { source } = formula.test;
      lists.set(source, [...(lists.get(source) ?? []), { rule, test: formula.test }]);
    } else values.push(emitFormula(maps, formula, value, none, rule.comment));
  }
  for (const [source, list] of lists) {
    const entries = list.flatMap(({ rule, test }) =>
      test.keys.map((key, at): MapEntry => ({ key, value, ...(at === 0 ? { comment: rule.comment } : {}) })),
    );
    values.push(maps.add('rules', source, unique(entries), none));
  }
  return anyOf(maps, values, value);
}

/** nginx refuses a key that stands twice. */
function unique(entries: readonly MapEntry[]): readonly MapEntry[] {
  const seen = new Set<string>();
  return entries.filter(({ key }) => !seen.has(key) && seen.add(key));
}
