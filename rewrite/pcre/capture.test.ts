import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PatternTree, patternTree } from '../pattern/index.ts';
import { ecmaScriptPattern } from '../translate/testing/generated-rules.ts';
import { captureText, Inexpressible } from './index.ts';

/** The expression as JavaScript, which means the same by it over printable ASCII. */
function asJavaScript(tree: PatternTree, group: number): RegExp | undefined {
  try {
    return new RegExp(captureText(tree, group, '(').replaceAll('\\z', '$'), tree.ignoreCase ? 'i' : '');
  } catch (error) {
    if (error instanceof Inexpressible) return undefined;
    throw error;
  }
}

describe('captureText', () => {
  it.each([
    ['^old/(.*)$', 1, '^(?:^old/([\\x20-~]*)\\z)'],
    ['^(a|b)/(?:c|(d))x?$', 2, '^(?:^(?:a|b)/(?:c|(d))x?\\z)'],
    ['a(.*)', 0, '(a(?:[\\x20-~]*))'],
    ['(é)?b', 1, '(?:((?!))?b)'],
  ])('of %s, group %i, is %s', (source, group, text) => {
    expect(captureText(patternTree(source, 'ECMAScript', false), group, '(')).toBe(text);
  });

  it.each([
    ['a group that a round of a repetition may leave out', '(?:(a)|b)+'],
    ['a round that may be empty', '(a*)*b'],
    ['what takes more than linear time', '(.*)a(.*)b'],
    ['a back-reference', '(a)\\1'],
  ])('is refused for %s', (_, source) => {
    expect(() => captureText(patternTree(source, 'ECMAScript', true), 1, '(')).toThrow(Inexpressible);
  });

  it('takes what ECMAScript takes, over printable ASCII', () => {
    const input = fc.string({
      unit: fc.constantFrom('owa', 'auth', 'ecp', '/', '.', '=', '1', 'a', 'b', '?', ' ', '-'),
      maxLength: 10,
    });
    const counts = { compared: 0, refused: 0, taken: 0 };
    const property = fc.property(
      ecmaScriptPattern,
      fc.boolean(),
      fc.array(input, { minLength: 8, maxLength: 8 }),
      (source, ignoreCase, texts) => {
        const tree = patternTree(source, 'ECMAScript', ignoreCase);
        const original = new RegExp(tree.source, ignoreCase ? 'i' : '');
        for (let group = 0; group <= tree.captures; group += 1) {
          const ours = asJavaScript(tree, group);
          counts[ours ? 'compared' : 'refused'] += 1;
          for (const text of ours ? texts : []) {
            const found = original.exec(text);
            if (!found) continue;
            if (found[group]) counts.taken += 1;
            expect(ours?.exec(text)?.[1] ?? '', `${source} on ${text}`).toBe(found[group] ?? '');
          }
        }
      },
    );
    const outcome = fc.check(property, { numRuns: 1000 });
    console.log(`captures: seed ${outcome.seed}, ${JSON.stringify(counts)}`);
    expect(outcome.failed, fc.defaultReportMessage(outcome)).toBe(false);
    expect(counts.taken).toBeGreaterThan(300);
  });
});
