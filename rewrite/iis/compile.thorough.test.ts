import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RewriteError } from '../errors.ts';
import { evaluateInbound } from '../evaluate/inbound.ts';
import type { ScopedRules } from '../model.ts';
import { prepareRules } from '../prepare/prepare-rules.ts';
import { rulesFrom } from '../translate/testing/catalog-rules.ts';
import { generatedRequest } from '../translate/testing/generated-requests.ts';
import { generatedRewrite } from '../translate/testing/generated-rules.ts';
import { rewriteRequest } from '../translate/testing/trial.ts';
import { compileIis } from './index.ts';

const recompiled = (rules: readonly ScopedRules[]): readonly ScopedRules[] =>
  compileIis(rules).parts.map(({ owner, level, rewrite }) => rulesFrom(owner, rewrite, { level }));

describe('rules compiled for IIS', () => {
  it('give every request the verdict and the captures that they had, or refuse it where a line end hid a word', () => {
    const seed = Number(process.env.STOPGAP_SEED ?? Date.now() % 1_000_000_000);
    const captured = (text: string) =>
      text.replace(
        '<action type="AbortRequest"/>',
        '<action type="Redirect" url="/x{R:0}-{C:0}-{C:1}" appendQueryString="false"/>',
      );
    let compared = 0;
    let broader = 0;
    const texts = fc.sample(generatedRewrite, { seed, numRuns: 60 }).flatMap((text) => [text, captured(text)]);
    for (const [at, text] of texts.entries()) {
      const rules = accepted(text);
      const [before, after] = [prepareRules(rules), prepareRules(recompiled(rules))];
      for (const wire of fc.sample(generatedRequest, { seed: seed + at, numRuns: 12 })) {
        const request = rewriteRequest(wire);
        const [was, is] = [evaluateInbound(before, request), evaluateInbound(after, request)];
        compared += 1;
        const hidden = /%0[ad]|%e2%80%a[89]/i.test(wire.url + wire.headers.join());
        if (hidden && JSON.stringify(was) !== JSON.stringify(is) && is.outcome !== 'pass') broader += 1;
        else expect({ text, wire, is }).toEqual({ text, wire, is: was });
      }
    }
    console.log(`IIS, seed ${seed}: ${compared} verdicts compared, ${broader} broader (line end)`);
    expect(compared).toBeGreaterThan(1_000);
  });
});

function accepted(text: string): readonly ScopedRules[] {
  try {
    return [rulesFrom('o', text)];
  } catch (error) {
    if (error instanceof RewriteError) return [];
    throw error;
  }
}
