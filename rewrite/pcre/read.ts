import type { AST } from '@eslint-community/regexpp';
import { choice, Inexpressible, type Node, otherSide, type Side, sequence } from './node.ts';
import {
  closeOverCase,
  complement,
  difference,
  everything,
  type Range,
  type Ranges,
  union,
  unitSet,
} from './ranges.ts';

const lineEnds: Ranges = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
];
const digits: Ranges = [[0x30, 0x39]];
const wordCharacters: Ranges = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
/** ECMA-262, WhiteSpace and LineTerminator. */
const spaces: Ranges = union([
  ...([9, 10, 11, 12, 13, 0x20, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff] as const).map(
    (unit): Range => [unit, unit],
  ),
  [0x2000, 0x200a],
]);

/**
 * Reads a syntax tree (see `patternTree`). On the wide side `.` takes in line ends as well: an attacker may put one between the words.
 * `@throws` Inexpressible for back-references.
 */
export function readPattern(pattern: AST.Pattern, ignoreCase: boolean, side: Side): Node {
  return new Reader(ignoreCase).alternatives(pattern.alternatives, side);
}

class Reader {
  readonly #ignoreCase: boolean;

  constructor(ignoreCase: boolean) {
    this.#ignoreCase = ignoreCase;
  }

  alternatives(alternatives: readonly AST.Alternative[], side: Side): Node {
    return choice(
      alternatives.map((alternative) => sequence(alternative.elements.map((element) => this.#element(element, side)))),
    );
  }

  #element(element: AST.Element, side: Side): Node {
    switch (element.type) {
      case 'Character':
      case 'CharacterSet':
      case 'CharacterClass': {
        const anything = element.type === 'CharacterSet' && element.kind === 'any' && side === 'wide';
        return { kind: 'set', ranges: anything ? everything : rangesOf(element, this.#ignoreCase) };
      }
      case 'Group':
      case 'CapturingGroup':
        return this.alternatives(element.alternatives, side);
      case 'Quantifier':
        return this.#repeat(element, side);
      case 'Assertion':
        return this.#assertion(element, side);
      default:
        throw new Inexpressible('back-reference', `${element.raw} repeats what a group took, which has no linear form`);
    }
  }

  /** On the narrow side no gap takes in line ends, so that gaps of different classes can be told apart by their letters alone. */
  #repeat(element: AST.Quantifier, side: Side): Node {
    const item = this.#element(element.element, side);
    const { min, max } = element;
    const isGap = side === 'narrow' && item.kind === 'set' && max === Number.POSITIVE_INFINITY;
    return { kind: 'repeat', item: isGap ? { ...item, ranges: difference(item.ranges, lineEnds) } : item, min, max };
  }

  #assertion(element: AST.Assertion, side: Side): Node {
    if (element.kind === 'start') return { kind: 'start' };
    if (element.kind === 'end') return { kind: 'end' };
    if (element.kind === 'word') return { kind: 'boundary', negate: element.negate };
    if (element.kind !== 'lookahead') throw new Inexpressible('look-behind', 'IIS knows no look-behind');
    const inner = element.negate ? otherSide(side) : side;
    return { kind: 'look', negate: element.negate, body: this.alternatives(element.alternatives, inner) };
  }
}

/** The code units that a character or class takes. `@throws` Inexpressible. */
export function rangesOf(element: AST.Character | AST.CharacterSet | AST.CharacterClass, ignoreCase: boolean): Ranges {
  if (element.type === 'Character') return unitSet(element.value, ignoreCase);
  return element.type === 'CharacterSet' ? rangesOfSet(element) : rangesOfClass(element, ignoreCase);
}

function rangesOfClass(node: AST.CharacterClass, ignoreCase: boolean): Ranges {
  const members = node.elements.flatMap((member): readonly Range[] => {
    if (member.type === 'Character') return [[member.value, member.value]];
    if (member.type === 'CharacterClassRange') return [[member.min.value, member.max.value]];
    if (member.type === 'CharacterSet') return rangesOfSet(member);
    throw new Inexpressible('class', `${member.raw} has no meaning in IIS's regular expressions`);
  });
  const closed = ignoreCase ? closeOverCase(union(members)) : union(members);
  return node.negate ? complement(closed) : closed;
}

function rangesOfSet(node: AST.CharacterSet): Ranges {
  if (node.kind === 'any') return complement(lineEnds);
  if (node.kind === 'property')
    throw new Inexpressible('class', `${node.raw} has no meaning in IIS's regular expressions`);
  const ranges = node.kind === 'digit' ? digits : node.kind === 'word' ? wordCharacters : spaces;
  return node.negate ? complement(ranges) : ranges;
}
