import type { Evidence } from '@stopgap/mitigation';
import { evaluateInbound, prepareRules, scopedRules } from '@stopgap/rewrite';
import { afterEach, describe, expect, it } from 'vitest';
import { heldOf, mitigationsWithRules } from './testing/catalog.ts';
import { exchangeFiles, hasExchange } from './testing/exchange.ts';
import { type Laid, layOut, performAll } from './testing/lay-out.ts';
import { readLevels } from './testing/levels.ts';

const none = new Map<string, string>();
const catalog = await mitigationsWithRules();
let laid: Laid | undefined;
afterEach(() => {
  laid?.remove();
  laid = undefined;
});

function exchange(...which: Parameters<typeof exchangeFiles>): Laid {
  laid = layOut(exchangeFiles(...which));
  return laid;
}

describe.skipIf(!hasExchange)('a real Exchange 2019 (skipped where ../shared is absent)', () => {
  it.each(catalog.map((mitigation) => [mitigation.id, mitigation] as const))(
    'holds %s, proves it, and gives every byte back',
    async (_id, mitigation) => {
      const { host, snapshot, root } = exchange();
      const before = snapshot();
      const survey = await host.survey();
      const held = heldOf(mitigation);
      for (const action of held) expect(host.accepts(action, survey)).toMatchObject({ accepted: true });
      const plan = await host.plan(held, none);
      expect(plan.findings.map(({ presence }) => presence)).toEqual(held.map(() => 'absent'));
      await performAll(host, plan);
      expect(await host.plan(held, none)).toMatchObject({
        changes: [],
        findings: held.map(() => ({ presence: 'in-place' })),
      });
      const levels = readLevels(root);
      for (const evidence of mitigation.evidence)
        expect(verdictOn(levels, evidence), evidence.name).toBe(evidence.expect);
      await performAll(host, await host.plan([], none));
      expect(snapshot()).toEqual(before);
    },
  );
});

function verdictOn(levels: ReturnType<typeof readLevels>, { request }: Evidence): string {
  const headers = Object.fromEntries(request.headers.map(({ name, value }) => [name.toLowerCase(), value]));
  const path = request.url.split('?')[0] ?? '/';
  const rules = prepareRules(scopedRules(levels.at('Default Web Site', path)));
  const inbound = evaluateInbound(rules, {
    method: request.method,
    scheme: 'https',
    host: 'mail.example',
    url: request.url,
    headers,
  });
  return inbound.outcome === 'abort' || inbound.outcome === 'custom' ? 'refused' : 'passes';
}
