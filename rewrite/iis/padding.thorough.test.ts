import { describe, expect, it } from 'vitest';
import { evaluateInbound } from '../evaluate/inbound.ts';
import type { ScopedRules } from '../model.ts';
import { assembleProgram } from '../pattern/assemble.ts';
import { foldCase, patternTree } from '../pattern/index.ts';
import { Run } from '../pattern/run.ts';
import { prepareRules } from '../prepare/prepare-rules.ts';
import { rulesFrom } from '../translate/testing/catalog-rules.ts';
import { catalogCases, paddedAttacks, paddedRequests } from '../translate/testing/padded-attacks.ts';
import { rewriteRequest } from '../translate/testing/trial.ts';
import { urlDecode } from '../url/encode.ts';
import { compileIis } from './index.ts';

const ofCatalog = paddedAttacks.slice(0, catalogCases);
const asEmitted = (rules: readonly ScopedRules[]): readonly ScopedRules[] =>
  compileIis(rules).parts.map(({ owner, level, rewrite }) => rulesFrom(owner, rewrite, { level }));
const patternsOf = (rules: readonly ScopedRules[]): readonly string[] =>
  rules.flatMap((set) => set.configuration.rules.flatMap((rule) => rule.conditions.list.map(({ pattern }) => pattern)));

/** Longest text that is tried. On 16,384 characters, which HTTP.sys lets through by default, it is 51,603,933 steps: the count grows with the square. */
const longest = 2_048;
/** Past so many steps a plain engine is not followed any further. */
const enough = 3_000_000;

/** Steps of a backtracking engine that tries every position and remembers nothing, as IIS's does. */
function steps(pattern: string, text: string, most: number): number {
  const tree = patternTree(pattern, 'ECMAScript', true);
  const input = foldCase(text);
  const run = new Run(assembleProgram(tree), input, most);
  for (let at = 0; at <= input.length && !run.exhausted; at += 1) if (run.matches(at, 'verdict')) break;
  return run.steps;
}

describe('rules of the catalog as they are put on IIS', () => {
  it.each(ofCatalog)('still refuse a padded attack: $name', (padded) => {
    const rules = prepareRules(asEmitted(padded.rules));
    const requests = paddedRequests(padded, 0);
    const passed = requests.filter((request) => evaluateInbound(rules, rewriteRequest(request)).outcome !== 'abort');
    console.log(`IIS, ${padded.name}: ${requests.length} padded attacks refused by our evaluator`);
    expect(passed.map((request) => JSON.stringify(request).slice(0, 120))).toEqual([]);
    expect(requests.length).toBeGreaterThan(100);
  });

  it('cost a backtracking engine a small part of what they cost as published, whatever the padding', () => {
    let worst = 0;
    for (const { rules, units, place } of ofCatalog) {
      for (const pattern of patternsOf(asEmitted(rules))) {
        for (const unit of [...units, `${units[0]}/~`]) {
          const text = unit.repeat(longest / unit.length);
          worst = Math.max(worst, steps(pattern, place === 'url' ? urlDecode(text) : text, enough));
        }
      }
    }
    // What the published pattern takes on a fifth of such a text is more already.
    const hostile = 'X-BEResource='.repeat(20) + '/'.repeat(longest / 14);
    const published = steps('(.*)X-BEResource=(.+)/(.+)~(.+)', hostile, enough);
    console.log(
      `IIS: ${worst} steps at most for ${longest} characters; as published ${published} for ${hostile.length}`,
    );
    expect(worst).toBeLessThan((longest * longest) / 2);
    expect(published).toBeGreaterThan(worst);
  });
});
