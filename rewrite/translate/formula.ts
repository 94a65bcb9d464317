/** A test of one text: it holds where any of the keys matches, or (`expect` false) where none does. */
export interface Test {
  /** A parameter: a variable, or text with variables in quotes. */
  readonly source: string;
  /** Map keys as they stand in the file. */
  readonly keys: readonly string[];
  readonly expect: boolean;
}

/** When a rule fires. */
export type Formula =
  | { readonly kind: 'test'; readonly test: Test }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Formula[] }
  | { readonly kind: 'not'; readonly part: Formula }
  | { readonly kind: 'constant'; readonly holds: boolean };

export const always: Formula = { kind: 'constant', holds: true };
export const never: Formula = { kind: 'constant', holds: false };
/** One input tried against keys of a map; `expect`: whether one of them has to match. */
export const test = (source: string, keys: readonly string[], expect = true): Formula => ({
  kind: 'test',
  test: { source, keys, expect },
});

/** All of them. */
export function and(parts: readonly Formula[]): Formula {
  const real = parts.flatMap((part) => (part.kind === 'and' ? part.parts : [part])).filter((part) => part !== always);
  if (real.some((part) => part.kind === 'constant')) return never;
  const [only] = real;
  if (only === undefined) return always;
  return real.length === 1 ? only : { kind: 'and', parts: real };
}

/** Any of them. */
export function or(parts: readonly Formula[]): Formula {
  return not(and(parts.map(not)));
}

/** The opposite. */
export function not(part: Formula): Formula {
  switch (part.kind) {
    case 'constant':
      return part.holds ? never : always;
    case 'not':
      return part.part;
    case 'test':
      return { kind: 'test', test: { ...part.test, expect: !part.test.expect } };
    case 'and':
    case 'or':
      return { kind: part.kind === 'and' ? 'or' : 'and', parts: part.parts.map(not) };
  }
}
