/** Where a set's rules stand in the numbering of all rules. */
export interface NumberedSet<Set> {
  readonly set: Set;
  /** Number of its first rule. */
  readonly first: number;
}

/** Numbers the rules of sets through, from `from` on. */
export function numbered<Set extends { readonly rules: readonly unknown[] }>(
  sets: readonly Set[],
  from = 0,
): readonly NumberedSet<Set>[] {
  let first = from;
  return sets.map((set) => {
    const one = { set, first };
    first += set.rules.length;
    return one;
  });
}

/**
 * The sets with only those rules whose numbers are given (ascending), without sets that have none. A set in mode `observe` keeps all its rules
 * if it keeps any: it runs on a copy of the request, which its own rules may change.
 */
export function narrowed<Rule, Set extends { readonly rules: readonly Rule[]; readonly mode: 'enforce' | 'observe' }>(
  sets: readonly NumberedSet<Set>[],
  numbers: readonly number[],
): readonly Set[] {
  const kept: Set[] = [];
  let at = 0;
  for (const { set, first } of sets) {
    if (at >= numbers.length) break;
    const behind = first + set.rules.length;
    const from = at;
    while ((numbers[at] ?? behind) < behind) at += 1;
    if (at === from) continue;
    const rules = numbers.slice(from, at).flatMap((number) => set.rules[number - first] ?? []);
    kept.push(set.mode === 'observe' || rules.length === set.rules.length ? set : { ...set, rules });
  }
  return kept;
}
