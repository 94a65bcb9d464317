import { mayHide } from '../meaning/meaning-of.ts';
import type { ScopedRules } from '../model.ts';

/**
 * Rules in the groups in which they are asked where no owner may hide another: those of owners that can do nothing but refuse, together; then
 * each other owner's, which may end the processing and let a request go on.
 */
export function ownersApart(rules: readonly ScopedRules[]): readonly (readonly ScopedRules[])[] {
  const shaping = new Set(rules.filter(({ configuration }) => mayHide(configuration)).map(({ owner }) => owner));
  const refusing = rules.filter(({ owner }) => !shaping.has(owner));
  const others = [...shaping].map((name) => rules.filter(({ owner }) => owner === name));
  return [refusing, ...others].filter((group) => group.length > 0);
}
