import type { AST } from '@eslint-community/regexpp';
import { type PatternTree, patternTree } from '../pattern/index.ts';

/** A pattern of the same verdict for every input that costs IIS's backtracking engine less: `(.*)x(.+)` becomes `x.`. Its captures are gone. */
export function trimmedPattern(source: string, ignoreCase: boolean): string {
  const tree = patternTree(source, 'ECMAScript', ignoreCase);
  const [only, ...others] = tree.ast.alternatives;
  if (only === undefined || others.length > 0 || /\\[1-9]/.test(source)) return source;
  const trimmed = trimmedText(only.elements);
  return trimmed === only.raw || trimmed === '' ? source : trimmed;
}

/**
 * `(?=.*a)(?=.*b)` as `a` and `b`, all of which have to be found; undefined for other shapes. Behind a `^` that says the same. Without one it takes in
 * more only where a line end stands between them (IIS's `.` stops there), which is an old way round such a rule.
 */
export function joinedPatterns(source: string, ignoreCase: boolean): readonly string[] | undefined {
  const tree = patternTree(source, 'ECMAScript', ignoreCase);
  if (tree.conjuncts.length < 2 || /\\[1-9]/.test(source)) return undefined;
  const start = tree.source.startsWith('^') ? '^' : '';
  const texts = tree.conjuncts.map((conjunct, at) => textOf(tree, conjunct.alternatives, conjunct.negate, start, at));
  if (!texts.every((text) => text !== undefined)) return undefined;
  return [...new Set(texts.filter((text) => text !== ''))];
}

function textOf(
  tree: PatternTree,
  [elements, ...others]: readonly (readonly AST.Element[])[],
  negate: boolean,
  start: string,
  at: number,
): string | undefined {
  if (elements === undefined || others.length > 0 || negate) return undefined;
  const text = elements.map((element) => element.raw).join('');
  if (start !== '') return `^${text}`;
  const isLast = at === tree.conjuncts.length - 1;
  if (elements.length === 0 && isLast) return '';
  const [first] = elements;
  return first && gapOf(first) === 0 ? trimmedText(elements) : undefined;
}

/** A search needs no gap at its ends: what `.*` takes in there decides nothing; of `.+` one character is left. */
function trimmedText(elements: readonly AST.Element[]): string {
  const kept = [...elements];
  const texts = () => kept.map((element) => element.raw).join('');
  let head = '';
  let tail = '';
  for (let first = kept[0]; first && kept.length > 1 && gapOf(first) !== undefined; first = kept[0]) {
    if (gapOf(first) === 1) head += '.';
    kept.shift();
    if (head !== '') break;
  }
  for (let last = kept.at(-1); last && kept.length > 1 && gapOf(last) !== undefined; last = kept.at(-1)) {
    if (gapOf(last) === 1) tail += '.';
    kept.pop();
    if (tail !== '') break;
  }
  return head + texts() + tail;
}

/** 0 for `.*`, 1 for `.+`, greedy or not, in a group or not. */
function gapOf(element: AST.Element): 0 | 1 | undefined {
  if (element.type === 'Group' || element.type === 'CapturingGroup') {
    const [alternative, ...others] = element.alternatives;
    const [inner, ...more] = alternative?.elements ?? [];
    return inner && others.length === 0 && more.length === 0 ? gapOf(inner) : undefined;
  }
  if (element.type !== 'Quantifier' || element.max !== Number.POSITIVE_INFINITY || element.min > 1) return undefined;
  const isDot = element.element.type === 'CharacterSet' && element.element.kind === 'any';
  return isDot ? (element.min === 0 ? 0 : 1) : undefined;
}
