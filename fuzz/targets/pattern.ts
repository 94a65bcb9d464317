import vm from 'node:vm';
import { compilePattern, PatternExhausted, PatternProblem } from '@stopgap/rewrite';
import fc from 'fast-check';
import { generatedPattern } from '../../rewrite/pattern/testing/generated-patterns.ts';
import { mustEqual, piecesOf } from '../engine/check.ts';
import { type OpenTarget, outcomeOf } from '../engine/target.ts';
import { catalogRewrites } from './catalog.ts';

/** V8 backtracks: longer texts keep it busy for hours, which is why rules do not run on it. */
const comparedLength = 14;
/** Even so `(.*){273}a` does. Milliseconds after which there is nothing to compare with. */
const patience = 200;

/**
 * A flag, a pattern and a text: the engine chosen gives the verdict and the captures that V8 gives, also when it is bounded, and costs
 * no more than its kind allows on a text repeated many times.
 */
export function openPattern(): OpenTarget {
  const patterns = [
    ...catalogRewrites().flatMap((text) =>
      [...text.matchAll(/(?:pattern|url)="([^"]*)"/g)].map(([, one = '']) =>
        one.replaceAll('&lt;', '<').replaceAll('&amp;', '&'),
      ),
    ),
    ...fc.sample(generatedPattern, { numRuns: 60, seed: 1 }),
    '(a+)+$',
    '^(?:(?=(.*b))a|a)*$',
    '(\\w+\\s?)+!',
  ];
  return {
    seeds: patterns.map((pattern, index) => `${['', 'i', 'w', 'x'][index % 4]}\0${pattern}\0autodiscover/powershell`),
    words: ['(?=', '(?!', '(?:', '.*', '.+?', '{2,3}', '[^', '\\b', '\\w', '\\1', '|', '$', '^', '\\u0130', '\u017f'],
    most: 4096,
    run: (input) => outcomeOf(() => compare(input), PatternProblem),
  };
}

function compare(input: Buffer): void {
  const [flag = '', source = '', rest = ''] = piecesOf(input, 3);
  const ignoreCase = flag === 'i';
  const syntax = flag === 'w' ? 'Wildcard' : flag === 'x' ? 'ExactMatch' : 'ECMAScript';
  const bounded = compilePattern(source, syntax, ignoreCase, 'bound');
  const text = rest.slice(0, comparedLength);
  if (input.length % 8 === 0) runLong(bounded, rest.slice(0, 64).repeat(200));
  if (syntax !== 'ECMAScript' || source.length > 200 || bounded.engine === 'bounded') return;
  const found = asV8(new RegExp(source, ignoreCase ? 'i' : ''), text);
  if (found === 'too long') return;
  const wanted = found === null ? undefined : Array.from(found, (group) => group ?? '');
  mustEqual(bounded.exec(text), wanted, `${JSON.stringify(source)} on ${JSON.stringify(text)} by ${bounded.engine}`);
  mustEqual(bounded.test(text), found !== null, `test of ${JSON.stringify(source)} on ${JSON.stringify(text)}`);
}

const asked = new vm.Script('stopgapAsked.exec(stopgapText)');

/** What V8 finds, unless it takes too long. */
function asV8(expression: RegExp, text: string): RegExpExecArray | null | 'too long' {
  Object.assign(globalThis, { stopgapAsked: expression, stopgapText: text });
  try {
    return asked.runInThisContext({ timeout: patience });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return 'too long';
    throw error;
  }
}

/** One input in eight: it costs more than all the rest. */
function runLong(pattern: ReturnType<typeof compilePattern>, text: string): void {
  if (pattern.engine === 'bounded') outcomeOf(() => pattern.test(text), PatternExhausted);
  else pattern.exec(text);
}
