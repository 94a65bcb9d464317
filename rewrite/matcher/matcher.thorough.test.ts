import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluateInbound } from '../evaluate/inbound.ts';
import { evaluateOutbound } from '../evaluate/outbound.ts';
import { prepareRules } from '../prepare/prepare-rules.ts';
import { matcherOf } from './index.ts';
import { generatedRequest, generatedResponse, generatedRules } from './testing/generated-rules.ts';

test('the matcher decides exactly as the evaluation of all rules does', () => {
  const counts = { exchanges: 0, observed: 0, edited: 0 };
  const outcomes = new Map<string, number>();
  const exchanges = fc.array(fc.tuple(generatedRequest, generatedResponse), { minLength: 8, maxLength: 8 });
  const property = fc.property(generatedRules, exchanges, (scoped, list) => {
    const prepared = prepareRules(scoped);
    const matcher = matcherOf(prepared);
    for (const [request, response] of list) {
      const inbound = evaluateInbound(prepared, request);
      expect(matcher.inbound(request)).toEqual(inbound);
      const outbound = evaluateOutbound(prepared, { request, response, inbound });
      expect(matcher.outbound({ request, response, inbound })).toEqual(outbound);
      counts.exchanges += 1;
      counts.observed += (inbound.observed?.length ?? 0) + outbound.observed.length;
      counts.edited += outbound.headers.size;
      outcomes.set(inbound.outcome, (outcomes.get(inbound.outcome) ?? 0) + 1);
    }
  });
  const outcome = fc.check(property, { numRuns: 150 });
  console.log(`matcher: seed ${outcome.seed}, ${JSON.stringify({ ...counts, ...Object.fromEntries(outcomes) })}`);
  expect(outcome.failed, fc.defaultReportMessage(outcome)).toBe(false);
  expect([...outcomes.keys()].sort()).toEqual(['abort', 'custom', 'pass', 'redirect', 'rewrite']);
  expect(counts.observed).toBeGreaterThan(30);
  expect(counts.edited).toBeGreaterThan(5);
});
