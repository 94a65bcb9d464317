import type { Condition, PatternSyntax } from '../model.ts';
import { type Clause, compilePattern, type PatternTree, patternTree } from '../pattern/index.ts';
import { Inexpressible, matchesAnything, otherSide, type SearchText, type Side, searchText } from '../pcre/index.ts';
import { parseTemplate } from '../template/parse-template.ts';
import { always, and, type Formula, never, not, or, test } from './formula.ts';
import type { Input, InputSource, Scan } from './input.ts';
import type { RuleReferences } from './references.ts';
import { expressionKey } from './text.ts';
import { escapedEscape, wordsText } from './words.ts';

/** What a text must hold for a rule to fire: one of the strings, raw or escaped. */
export interface Demand {
  readonly scan: Scan;
  /** Letter case does not matter. */
  readonly strings: Clause;
}

/** When something holds, and what must be there if it does. */
export interface Tested {
  readonly formula: Formula;
  readonly demands: readonly Demand[];
}

/** A condition of a rule, on the wide side of what IIS would say or on the narrow one. `@throws` Inexpressible. */
export function testCondition(
  condition: Condition,
  syntax: PatternSyntax,
  inputs: InputSource,
  side: Side,
  references?: RuleReferences,
): Tested {
  if (condition.matchType !== 'Pattern') {
    throw new Inexpressible(
      condition.matchType,
      `matchType="${condition.matchType}" asks which file a URL means, which a site settles (root, alias) only after these lines`,
    );
  }
  const input = inputs.ofTemplate(parseTemplate(condition.input), condition.ignoreCase, references);
  if ('constant' in input) {
    const matches = compilePattern(condition.pattern, syntax, condition.ignoreCase).test(input.constant);
    return { formula: matches !== condition.negate ? always : never, demands: [] };
  }
  const tree = patternTree(condition.pattern, syntax, condition.ignoreCase);
  const tested = testPattern(tree, () => input, inputs, side, condition.negate);
  const exact = references?.exact();
  if (!exact) return tested;
  // Where what was captured may be something else in IIS, the condition errs to its side.
  const { formula } = tested;
  return { formula: side === 'wide' ? or([formula, not(exact)]) : and([formula, exact]), demands: [] };
}

/** A pattern over an input; `negate` turns the answer round, and with it the side to err on. */
export function testPattern(
  tree: PatternTree,
  over: () => Input,
  inputs: InputSource,
  side: Side,
  negate: boolean,
): Tested {
  if (negate) return { formula: not(testPattern(tree, over, inputs, otherSide(side), false).formula), demands: [] };
  if (matchesAnything(tree, side)) return { formula: always, demands: [] };
  const input = over();
  const { decode, encoding } = input;
  const search = searchText(tree, { side, decode, encoding });
  // nginx asks no expression about an empty text.
  const empty =
    compilePattern(tree.source, 'ECMAScript', tree.ignoreCase).test('') === (search.kind === 'found') ? ['""'] : [];
  const formula =
    side === 'wide' ? wide(search, empty, tree, input, inputs) : narrow(search, empty, tree, input, inputs);
  const { scan } = input;
  const demands = scan && side === 'wide' ? tree.requiredLiterals.map((strings) => ({ scan, strings })) : [];
  return { formula, demands };
}

function wide(
  search: SearchText,
  empty: readonly string[],
  tree: PatternTree,
  input: Input,
  inputs: InputSource,
): Formula {
  const words = wordsText(tree.requiredLiterals);
  const { ignoreCase } = tree;
  if (search.kind === 'unless') {
    const key = expressionKey(ignoreCase, `${search.options}^${input.odd === 'whole' ? '(?!//)' : ''}${search.absent}`);
    const oddKeys = input.odd === 'whole' && words !== '' ? [expressionKey(true, `(?s)^//(?!${words})`)] : [];
    return orOdd(test(input.source, [...empty, key, ...oddKeys], false), words, input, inputs);
  }
  const keys = search.expressions.map((expression) => expressionKey(ignoreCase, search.options + expression));
  const odd = expressionKey(true, `(?s)^//${search.placeless ? escapedEscape : words}`);
  const oddKeys = input.odd === 'whole' ? [odd] : [];
  return orOdd(test(input.source, [...empty, ...keys, ...oddKeys]), words, input, inputs);
}

/** A text with an odd path inside: the words of the pattern in the raw target are enough. */
function orOdd(formula: Formula, words: string, input: Input, inputs: InputSource): Formula {
  if (input.odd !== 'part') return formula;
  return or([formula, test(inputs.path().source, [expressionKey(true, `(?s)^//${words}`)])]);
}

function narrow(
  search: SearchText,
  empty: readonly string[],
  tree: PatternTree,
  input: Input,
  inputs: InputSource,
): Formula {
  if (search.kind === 'unless') throw new TypeError('the narrow side is always found');
  const keys = search.expressions.map((expression) => {
    const guarded =
      input.odd !== 'whole'
        ? expression
        : expression.startsWith('^')
          ? `^(?!//)${expression.slice(1)}`
          : `^(?!//).*?(?:${expression})`;
    return expressionKey(tree.ignoreCase, search.options + guarded);
  });
  const formula = test(input.source, [...empty, ...keys]);
  return input.odd === 'part' ? and([formula, not(test(inputs.path().source, ['"~^//"']))]) : formula;
}
