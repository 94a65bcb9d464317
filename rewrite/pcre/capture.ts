import { type AST, visitRegExpAST } from '@eslint-community/regexpp';
import { backtrackingGrowth, type Growth } from '../pattern/growth.ts';
import { type PatternTree, patternTree } from '../pattern/index.ts';
import { canBeEmpty, cannotFail } from '../pattern/width.ts';
import { byteClass } from './bytes.ts';
import { Inexpressible } from './node.ts';
import { intersection, unitsOf } from './ranges.ts';
import { rangesOf } from './read.ts';

/** Steps for each character of the text: far below what PCRE2 gives up at on the longest request line. */
const mostStepsEach = 200;
const mostRounds = 1000;

/**
 * A pattern as PCRE that takes what ECMAScript takes with a group (0: the whole match), for text of printable ASCII that the pattern matches. `open` begins the
 * group: `(` or `(?<name>`; no other group captures. `@throws` Inexpressible where the two engines may take something else, or take too long.
 */
export function captureText(tree: PatternTree, group: number, open: string): string {
  const { degree, factor } = growthToMatch(tree);
  if (degree > 1 || factor > mostStepsEach) {
    throw new Inexpressible('back-reference', `what "${tree.source}" captures takes more than linear time to find`);
  }
  const text = new Printer(tree, group, open).alternatives(tree.ast.alternatives);
  const start = tree.tried === 'everywhere' ? '' : '^';
  return `${start}${group === 0 ? open : '(?:'}${text})`;
}

/** What finding a match costs; a tail that cannot fail is taken once, when the match is found. */
function growthToMatch(tree: PatternTree): Growth {
  const [only, ...others] = tree.ast.alternatives;
  if (!only || others.length > 0) return backtrackingGrowth(tree);
  const tail = only.elements.findLastIndex((element) => !cannotFail(element)) + 1;
  const from = only.elements[tail];
  return backtrackingGrowth(from ? patternTree(tree.source.slice(0, from.start), 'ECMAScript', tree.ignoreCase) : tree);
}

class Printer {
  readonly #tree: PatternTree;
  readonly #open: string;
  readonly #wanted: AST.CapturingGroup | undefined;

  constructor(tree: PatternTree, group: number, open: string) {
    this.#tree = tree;
    this.#open = open;
    const groups: AST.CapturingGroup[] = [];
    visitRegExpAST(tree.ast, { onCapturingGroupEnter: (node) => groups.push(node) });
    this.#wanted = group === 0 ? undefined : groups[group - 1];
  }

  alternatives(alternatives: readonly AST.Alternative[]): string {
    return alternatives.map(({ elements }) => elements.map((one) => this.#element(one)).join('')).join('|');
  }

  #element(element: AST.Element): string {
    switch (element.type) {
      case 'Character':
      case 'CharacterSet':
      case 'CharacterClass': {
        const { ignoreCase } = this.#tree;
        const printable = intersection(rangesOf(element, ignoreCase), [[0x20, 0x7e]]);
        return byteClass(unitsOf(printable), ignoreCase) ?? '(?!)';
      }
      case 'Group':
      case 'CapturingGroup':
        return `${element === this.#wanted ? this.#open : '(?:'}${this.alternatives(element.alternatives)})`;
      case 'Quantifier':
        return this.#repeat(element);
      case 'Assertion':
        return this.#assertion(element);
      default:
        throw new Inexpressible('back-reference', `${element.raw} repeats what a group took`);
    }
  }

  /** ECMAScript forgets the groups of an item before each round, and takes no round that consumes nothing (ECMA-262, RepeatMatcher); PCRE does neither. */
  #repeat({ element, min, max, greedy, raw }: AST.Quantifier): string {
    const wanted = this.#wanted;
    const inside =
      wanted !== undefined && element !== wanted && element.start <= wanted.start && wanted.end <= element.end;
    if (canBeEmpty(element) || (inside && max > 1)) {
      throw new Inexpressible('back-reference', `what a group in "${raw}" takes is not the same in PCRE`);
    }
    if (min > mostRounds || (max !== Number.POSITIVE_INFINITY && max > mostRounds)) {
      throw new Inexpressible('repetition count', `a repetition of more than ${mostRounds} rounds`);
    }
    const most = max === Number.POSITIVE_INFINITY ? '' : String(max);
    const count = min === 0 && max === 1 ? '?' : most === '' && min < 2 ? (min === 0 ? '*' : '+') : `{${min},${most}}`;
    return `${this.#element(element)}${count}${greedy ? '' : '?'}`;
  }

  #assertion(element: AST.Assertion): string {
    if (element.kind === 'start') return '^';
    if (element.kind === 'end') return '\\z';
    if (element.kind === 'word') return element.negate ? '\\B' : '\\b';
    if (element.kind !== 'lookahead') throw new Inexpressible('look-behind', 'IIS knows no look-behind');
    return `(?${element.negate ? '!' : '='}${this.alternatives(element.alternatives)})`;
  }
}
