import type { AST } from '@eslint-community/regexpp';

/** The most characters an element can consume; Infinity without a bound. */
export function longestMatch(node: AST.Element): number {
  switch (node.type) {
    case 'Character':
    case 'CharacterClass':
    case 'CharacterSet':
      return 1;
    case 'Assertion':
      return 0;
    case 'Group':
    case 'CapturingGroup':
      return Math.max(...node.alternatives.map((alternative) => sum(alternative.elements)));
    case 'Quantifier': {
      const once = longestMatch(node.element);
      return once === 0 || node.max === 0 ? 0 : once * node.max;
    }
    default:
      return Number.POSITIVE_INFINITY;
  }
}

/** Whether an element can match without consuming a character. */
export function canBeEmpty(node: AST.Element): boolean {
  switch (node.type) {
    case 'Character':
    case 'CharacterClass':
    case 'CharacterSet':
      return false;
    case 'Group':
    case 'CapturingGroup':
      return node.alternatives.some((alternative) => alternative.elements.every(canBeEmpty));
    case 'Quantifier':
      return node.min === 0 || canBeEmpty(node.element);
    default:
      return true;
  }
}

/** Whether an element matches at every position, if need be nothing. */
export function cannotFail(node: AST.Element): boolean {
  if (node.type === 'Quantifier') return node.min === 0 || cannotFail(node.element);
  if (node.type !== 'Group' && node.type !== 'CapturingGroup') return false;
  return node.alternatives.some((alternative) => alternative.elements.every(cannotFail));
}

const sum = (elements: readonly AST.Element[]): number =>
  elements.reduce((total, element) => total + longestMatch(element), 0);
