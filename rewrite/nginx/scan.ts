import { longestParameter } from './text.ts';

/** Expressions that find any of the words (`~*`), as few as fit into nginx's parameters. */
export function scanExpressions(words: readonly string[]): readonly string[] {
  const expressions: string[] = [];
  let current = '';
  for (const word of words) {
    const text = escapeWord(word);
    if (current !== '' && current.length + text.length + 1 > longestParameter - 10) {
      expressions.push(current);
      current = '';
    }
    current += current === '' ? text : `|${text}`;
  }
  return current === '' ? [] : [...expressions, current];
}

const escapeWord = (word: string): string =>
  word.replace(/[^\w-]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
