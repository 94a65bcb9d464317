import type { AST } from '@eslint-community/regexpp';

/** One part of a pattern that is a conjunction. */
export interface Conjunct {
  /** The part holds where none of its alternatives matches. */
  readonly negate: boolean;
  /** Alternatives as sequences of elements, matched from the position at which all conjuncts are tried (a leading `^` is left out). */
  readonly alternatives: readonly (readonly AST.Element[])[];
}

/** Splits `^?(?=a)(?!b)c` into `a`, not `b`, `c`. A pattern with several alternatives is one conjunct. */
export function conjunctsOf(pattern: AST.Pattern): readonly Conjunct[] {
  const [only, ...others] = pattern.alternatives;
  if (only === undefined || others.length > 0) {
    return [{ negate: false, alternatives: pattern.alternatives.map((alternative) => alternative.elements) }];
  }
  const parts: Conjunct[] = [];
  let at = 0;
  for (; at < only.elements.length; at += 1) {
    const element = only.elements[at];
    if (element?.type !== 'Assertion') break;
    if (element.kind === 'lookahead') {
      parts.push({
        negate: element.negate,
        alternatives: element.alternatives.map((alternative) => alternative.elements),
      });
    } else if (element.kind !== 'start') break;
  }
  const rest = only.elements.slice(at);
  if (rest.length > 0 || parts.length === 0) parts.push({ negate: false, alternatives: [rest] });
  return parts;
}
