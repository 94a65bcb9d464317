/** Sets whose rules are numbered through. */
export interface NumberedSets<Set> {
  readonly sets: readonly Set[];
  /** Number of the first rule of each set. */
  readonly firsts: Int32Array;
  /** Index of the set that each rule is in. */
  readonly setOf: Int32Array;
}

/** Numbers the rules of sets through, from 0 on. */
export function numbered<Set extends { readonly rules: readonly unknown[] }>(sets: readonly Set[]): NumberedSets<Set> {
  const setOf = Int32Array.from(sets.flatMap((set, at) => set.rules.map(() => at)));
  let next = 0;
  const firsts = Int32Array.from(sets, (set) => {
    const first = next;
    next += set.rules.length;
    return first;
  });
  return { sets, firsts, setOf };
}

/**
 * The sets with only those rules whose numbers are given (ascending), without sets that have none. A set in mode `observe` keeps all its rules
 * if it keeps any: it runs on a copy of the request, which its own rules may change.
 */
export function narrowed<Rule, Set extends { readonly rules: readonly Rule[]; readonly mode: 'enforce' | 'observe' }>(
  { sets, firsts, setOf }: NumberedSets<Set>,
  numbers: readonly number[],
): readonly Set[] {
  const kept: Set[] = [];
  for (let at = 0; at < numbers.length; ) {
    const index = setOf[numbers[at] ?? 0] ?? 0;
    const [set, first] = [sets[index], firsts[index] ?? 0];
    const rules: Rule[] = [];
    for (; at < numbers.length && setOf[numbers[at] ?? 0] === index; at += 1) {
      const rule = set?.rules[(numbers[at] ?? 0) - first];
      if (rule !== undefined) rules.push(rule);
    }
    if (set) kept.push(set.mode === 'observe' || rules.length === set.rules.length ? set : { ...set, rules });
  }
  return kept;
}
