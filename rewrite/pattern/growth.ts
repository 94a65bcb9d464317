import type { AST } from '@eslint-community/regexpp';
import { isSingleCharacter, type SingleCharacter } from './character-set.ts';
import { accepting, disjoint, type FirstSet, FirstSets, union } from './first.ts';
import type { PatternTree } from './tree.ts';
import { cannotFail, longestMatch } from './width.ts';

/** An upper bound of a backtracking engine's steps on an input of n characters: `factor` x n to the power of `degree`. */
export interface Growth {
  readonly degree: number;
  readonly factor: number;
}

/**
 * What a backtracking engine (V8, PCRE) may spend on a pattern in the worst case, an upper bound from the syntax tree. Starts are counted as `tried`
 * says: use it with an engine that tries only those (sticky, or behind `^`). Conservative: a pattern of low growth is safe, one of high growth may be.
 *
 * Each part has `work` (steps for entering it once) and `ways` (how often what follows can be entered for each entry). A repeat whose class
 * shares no character with what follows has one way, however far it reaches: all others fail at their first character.
 */
export function backtrackingGrowth(tree: PatternTree): Growth {
  const measure = new Measure(tree.ignoreCase);
  const { work } = measure.ofAlternatives(tree.ast.alternatives, theEnd);
  const once = tree.tried === 'start' || (tree.tried === 'line' && !measure.leavesLine);
  return once ? work : times(work, perCharacter);
}

/** What comes behind a part: its first set, and its size in characters of source, which is more than the branches tried before a first character. */
interface Behind {
  readonly first: FirstSet;
  readonly size: number;
}

const theEnd: Behind = { first: accepting, size: 1 };

interface Cost {
  readonly work: Growth;
  readonly ways: Growth;
}

const one: Growth = { degree: 0, factor: 1 };
const perCharacter: Growth = { degree: 1, factor: 1 };
const runaway: Cost = { work: { degree: 99, factor: 1 }, ways: { degree: 99, factor: 1 } };

const times = (left: Growth, right: Growth): Growth => ({
  degree: left.degree + right.degree,
  factor: left.factor * right.factor,
});
const plus = (left: Growth, right: Growth): Growth => ({
  degree: Math.max(left.degree, right.degree),
  factor: left.factor + right.factor,
});
const larger = (left: Growth, right: Growth): Growth =>
  left.degree > right.degree || (left.degree === right.degree && left.factor > right.factor) ? left : right;

class Measure {
  /** Some unbounded repeat goes over line ends. */
  leavesLine = false;
  readonly #first: FirstSets;

  constructor(ignoreCase: boolean) {
    this.#first = new FirstSets(ignoreCase);
  }

  ofAlternatives(alternatives: readonly AST.Alternative[], behind: Behind): Cost {
    const costs = alternatives.map((alternative) => this.#ofSequence(alternative.elements, behind));
    const firsts = alternatives.map((alternative) => this.#first.ofSequence(alternative.elements, behind.first));
    const exclusive = firsts.every((first, at) => firsts.slice(at + 1).every((other) => disjoint(first, other)));
    return {
      work: costs.reduce((sum, cost) => plus(sum, plus(cost.work, one)), one),
      ways: costs.map((cost) => cost.ways).reduce(exclusive ? larger : plus, { degree: 0, factor: exclusive ? 1 : 0 }),
    };
  }

  #ofSequence(elements: readonly AST.Element[], behind: Behind): Cost {
    // What cannot fail is entered once: then the match is found.
    const final = behind === theEnd ? elements.findLastIndex((element) => !cannotFail(element)) + 1 : elements.length;
    const behinds = elements.every(isSingleCharacter) ? [] : this.#behinds(elements, behind);
    let cost: Cost = { work: one, ways: one };
    for (const [at, element] of elements.entries()) {
      const next = this.#ofElement(element, behinds[at] ?? behind);
      const entries = at >= final ? one : cost.ways;
      cost = { work: plus(cost.work, times(entries, next.work)), ways: times(cost.ways, next.ways) };
    }
    return cost;
  }

  /** What comes behind each element: from the last to the first, so that it is worked out once however many there are. */
  #behinds(elements: readonly AST.Element[], behind: Behind): readonly Behind[] {
    const behinds: Behind[] = [];
    let next = behind;
    for (const [at, element] of [...elements.entries()].reverse()) {
      behinds[at] = next;
      next = { first: this.#first.ofSequence([element], next.first), size: element.raw.length + next.size };
    }
    return behinds;
  }

  #ofElement(element: AST.Element, behind: Behind): Cost {
    if (isSingleCharacter(element)) return { work: one, ways: one };
    switch (element.type) {
      case 'Group':
      case 'CapturingGroup':
        return this.ofAlternatives(element.alternatives, behind);
      case 'Quantifier':
        return this.#ofQuantifier(element, behind);
      case 'Assertion':
        return element.kind === 'lookahead'
          ? { work: plus(this.ofAlternatives(element.alternatives, theEnd).work, one), ways: one }
          : { work: one, ways: one };
      case 'Backreference':
        return { work: reach(longestReference(element)), ways: one };
      default:
        return runaway;
    }
  }

  #ofQuantifier(node: AST.Quantifier, behind: Behind): Cost {
    if (isSingleCharacter(node.element)) return this.#ofRun(node, node.element, behind);
    if (node.max === Number.POSITIVE_INFINITY || node.max > 1000) return runaway;
    const again = this.#first.ofSequence([node.element], behind.first);
    const first = node.max > 1 ? union([again, behind.first]) : behind.first;
    const item = this.#ofElement(node.element, { first, size: behind.size + node.raw.length });
    let [entries, work, ways]: [Growth, Growth, Growth] = [one, one, { degree: 0, factor: 0 }];
    for (let count = 0; count <= node.max; count += 1) {
      if (count >= node.min) ways = plus(ways, entries);
      if (count < node.max) work = plus(work, times(entries, item.work));
      entries = times(entries, item.ways);
    }
    const decided = node.max === 1 && disjoint(again, behind.first);
    return { work, ways: decided ? larger(item.ways, one) : ways };
  }

  /** A repeat of one character or class. */
  #ofRun(node: AST.Quantifier, element: SingleCharacter, behind: Behind): Cost {
    const decided = disjoint(this.#first.ofSingle(element), behind.first);
    if (node.max === Number.POSITIVE_INFINITY) this.leavesLine ||= crossesLines(element);
    const length = reach(node.max);
    return {
      work: times(length, { degree: 0, factor: decided ? 1 + behind.size : 1 }),
      ways: decided ? one : length,
    };
  }
}

const reach = (length: number): Growth =>
  length === Number.POSITIVE_INFINITY ? perCharacter : { degree: 0, factor: length + 1 };

const longestReference = (node: AST.Backreference): number =>
  Array.isArray(node.resolved) ? Number.POSITIVE_INFINITY : longestMatch(node.resolved);

const crossesLines = (element: AST.Element): boolean =>
  ['\n', '\r', '\u2028', '\u2029'].some((end) => new RegExp(`^${element.raw}$`).test(end));
