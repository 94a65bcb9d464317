import type { AST } from '@eslint-community/regexpp';

/** Whether an element is `.` (any character of the line) or a class of every character. */
export function isAnything(element: AST.Element): 'line' | 'all' | undefined {
  if (element.type === 'CharacterSet') return element.kind === 'any' ? 'line' : undefined;
  if (element.type !== 'CharacterClass') return undefined;
  if (element.negate) return element.elements.length === 0 ? 'all' : undefined;
  const complementary = (kind: string) => {
    const sets = element.elements.filter((member) => member.type === 'CharacterSet' && member.kind === kind);
    return new Set(sets.map((member) => member.type === 'CharacterSet' && member.negate)).size === 2;
  };
  return ['digit', 'space', 'word'].some(complementary) ? 'all' : undefined;
}
