import type { Ranges } from './ranges.ts';

/**
 * A pattern as far as its verdict goes: captures and greed are gone, letter case is in the sets. One symbol is one UTF-16 code unit, as
 * in ECMAScript without `u`.
 */
export type Node =
  | { readonly kind: 'set'; readonly ranges: Ranges }
  | { readonly kind: 'sequence'; readonly items: readonly Node[] }
  | { readonly kind: 'choice'; readonly options: readonly Node[] }
  | { readonly kind: 'repeat'; readonly item: Node; readonly min: number; readonly max: number }
  | { readonly kind: 'start' | 'end' }
  | { readonly kind: 'boundary'; readonly negate: boolean }
  | { readonly kind: 'look'; readonly negate: boolean; readonly body: Node };

/**
 * Which way a translation may err where exactness is out of reach. `wide`: it matches at least what the pattern matches.
 * `narrow`: it matches nothing that the pattern does not.
 */
export type Side = 'wide' | 'narrow';

/** Inside a negation, wide is narrow. */
export const otherSide = (side: Side): Side => (side === 'wide' ? 'narrow' : 'wide');

/** A pattern holds something that this target has no form for; the message names it. */
export class Inexpressible extends Error {
  readonly feature: string;
  constructor(feature: string, message: string) {
    super(message);
    this.name = 'Inexpressible';
    this.feature = feature;
  }
}

/** A sequence, flattened. */
export function sequence(items: readonly Node[]): Node {
  const flat = items.flatMap((item) => (item.kind === 'sequence' ? item.items : [item]));
  const [only] = flat;
  return only !== undefined && flat.length === 1 ? only : { kind: 'sequence', items: flat };
}

/** A choice, flattened; the first option is tried first. */
export function choice(options: readonly Node[]): Node {
  const flat = options.flatMap((option) => (option.kind === 'choice' ? option.options : [option]));
  const [only] = flat;
  return only !== undefined && flat.length === 1 ? only : { kind: 'choice', options: flat };
}

export const nothing: Node = { kind: 'sequence', items: [] };
/** Whether a node matches the empty text and nothing else. */
export const isNothing = (node: Node): boolean => node.kind === 'sequence' && node.items.length === 0;
