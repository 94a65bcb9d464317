import type { AST } from '@eslint-community/regexpp';
import { CharacterSet, isSingleCharacter, type SingleCharacter } from './character-set.ts';

/** Index of "any code unit above Latin-1" in a first set; a set that may hold one is taken to overlap every other such set. */
const beyond = 256;
/** Index of "the end of the input". */
const endOfInput = 257;

/**
 * What can stand at the position where a sequence begins, from above: one flag for each Latin-1 character, one for all others, one for the end of
 * the input. `opaque`: it may succeed, or do costly work, without looking at the next character.
 */
export interface FirstSet {
  readonly flags: Uint8Array;
  readonly opaque: boolean;
}

/** The first set behind the last element of a whole pattern: anything goes. */
export const accepting: FirstSet = { flags: new Uint8Array(258), opaque: true };

/** Knows the first sets of one pattern's parts; each is worked out once. */
export class FirstSets {
  readonly #ignoreCase: boolean;
  readonly #singles = new Map<string, FirstSet>();

  constructor(ignoreCase: boolean) {
    this.#ignoreCase = ignoreCase;
  }

  /** Of `elements`, followed by what `follow` stands for. */
  ofSequence(elements: readonly AST.Element[], follow: FirstSet): FirstSet {
    const certain = elements.findIndex(isSingleCharacter);
    const uncertain = certain < 0 ? elements : elements.slice(0, certain + 1);
    return uncertain.reduceRight((rest, element) => this.#ofElement(element, rest), follow);
  }

  #ofElement(element: AST.Element, rest: FirstSet): FirstSet {
    if (isSingleCharacter(element)) return this.ofSingle(element);
    switch (element.type) {
      case 'Quantifier':
        return this.#ofQuantifier(element, rest);
      case 'Group':
      case 'CapturingGroup':
        return this.#ofAlternatives(element.alternatives, rest);
      case 'Assertion':
        return this.#ofAssertion(element, rest);
      default:
        return accepting;
    }
  }

  ofSingle(element: SingleCharacter): FirstSet {
    const known = this.#singles.get(element.raw);
    if (known !== undefined) return known;
    const flags = new Uint8Array(258);
    flags.set(new CharacterSet(element, this.#ignoreCase).latin1);
    const ascii = element.type === 'Character' && element.value < 0x80;
    flags[beyond] = ascii ? 0 : 1;
    const set = { flags, opaque: false };
    this.#singles.set(element.raw, set);
    return set;
  }

  #ofQuantifier(node: AST.Quantifier, rest: FirstSet): FirstSet {
    if (node.max === 0) return rest;
    const once = this.#ofElement(node.element, node.min > 0 ? rest : emptySet);
    return node.min > 0 ? once : union([once, rest]);
  }

  #ofAlternatives(alternatives: readonly AST.Alternative[], follow: FirstSet): FirstSet {
    return union(alternatives.map((alternative) => this.ofSequence(alternative.elements, follow)));
  }

  #ofAssertion(node: AST.Assertion, rest: FirstSet): FirstSet {
    if (node.kind === 'word') return rest;
    if (node.kind !== 'end') return accepting;
    const flags = new Uint8Array(258);
    flags[endOfInput] = 1;
    return { flags, opaque: false };
  }
}

const emptySet: FirstSet = { flags: new Uint8Array(258), opaque: false };

/** What either of the sets stands for. */
export function union(sets: readonly FirstSet[]): FirstSet {
  const flags = new Uint8Array(258);
  for (const set of sets) {
    for (let at = 0; at < flags.length; at += 1) flags[at] = (flags[at] ?? 0) | (set.flags[at] ?? 0);
  }
  return { flags, opaque: sets.some((set) => set.opaque) };
}

/** Whether the next character tells the two apart. */
export function disjoint(one: FirstSet, other: FirstSet): boolean {
  return !one.opaque && !other.opaque && one.flags.every((flag, at) => flag === 0 || other.flags[at] === 0);
}
