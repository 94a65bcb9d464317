import type { AST } from '@eslint-community/regexpp';
import { type PatternTree, patternTree } from '../pattern/index.ts';

/**
 * A pattern of the same verdict for every input that costs IIS's backtracking engine less: `(.*)x(.+)` becomes `x.`, and `a(.+)/(.+)~` stops at the
 * first `/` and the first `~` behind it. Its captures are gone.
 */
export function trimmedPattern(source: string, ignoreCase: boolean): string {
  const tree = patternTree(source, 'ECMAScript', ignoreCase);
  const [only, ...others] = tree.ast.alternatives;
  if (only === undefined || others.length > 0 || /\\[1-9]/.test(source)) return source;
  const trimmed = trimmedText(only.elements, ignoreCase);
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
  return first && gapOf(first) === 0 ? trimmedText(elements, tree.ignoreCase) : undefined;
}

/** A search needs no gap at its ends: what `.*` takes in there decides nothing; of `.+` one character is left. */
function trimmedText(elements: readonly AST.Element[], ignoreCase: boolean): string {
  const kept = [...elements];
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
  return head + stoppingText(kept, tail, ignoreCase) + tail;
}

/**
 * A gap before one character, behind which there is another gap or nothing, may stop at the first such character: whatever fits behind a later one fits behind
 * the first. As a class it leaves nothing to try again.
 */
function stoppingText(elements: readonly AST.Element[], tail: string, ignoreCase: boolean): string {
  return elements
    .map((element, at) => {
      const gap = gapOf(element);
      const [stop, behind] = [elements[at + 1], elements[at + 2]];
      const restIsGap = behind === undefined ? tail.length < 2 : gapOf(behind) !== undefined;
      if (gap === undefined || stop?.type !== 'Character' || !restIsGap) return element.raw;
      const excluded = notThis(String.fromCharCode(stop.value), ignoreCase);
      return excluded === undefined ? element.raw : `${gap === 1 ? '.' : ''}${excluded}*`;
    })
    .join('');
}

/** Any character of the line but this one; undefined for a letter of more cases than two. */
function notThis(char: string, ignoreCase: boolean): string | undefined {
  if (!/[ -~]/.test(char) || (ignoreCase && /[ks]/i.test(char))) return undefined;
  const text = /\w/.test(char) ? char : `\\x${char.charCodeAt(0).toString(16)}`;
  return `[^${text}\\n\\r\\u2028\\u2029]`;
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
