import type { Mitigation } from '@stopgap/mitigation';
import { expect } from 'vitest';
import { heldOf } from './catalog.ts';
import { seen } from './evidence.ts';
import { exchangeFiles } from './exchange.ts';
import { readLevels } from './levels.ts';
import { apply, expectRestored, laidOut, none } from './server.ts';

/** The states of a real Exchange server of which there is an applicationHost.config. */
export const exchangeStates = ['applicationHost.config', 'applicationHost1.config', 'applicationHost2.config'] as const;

/** Puts a mitigation in on a real Exchange server, reads its evidence out of the files, takes it out and compares every byte. */
export async function holdsAndRestores(state: string, mitigation: Mitigation): Promise<void> {
  const at = laidOut(exchangeFiles(state));
  const before = at.snapshot();
  const held = heldOf(mitigation);
  const survey = await at.host.survey();
  for (const action of held) expect(at.host.accepts(action, survey)).toEqual({ accepted: true, notes: [] });
  const plan = await apply(at, held);
  expect(plan.findings.map(({ presence }) => presence)).toEqual(held.map(() => 'absent'));
  expect(await at.host.plan(held, none)).toMatchObject({
    changes: [],
    findings: held.map(() => ({ presence: 'in-place' })),
  });
  const levels = readLevels(at.root);
  for (const evidence of mitigation.evidence) {
    const { verdict, policy } = seen(levels, evidence);
    expect(verdict, evidence.name).toBe(evidence.expect);
    for (const { contains } of evidence.responseHeaders) expect(policy, evidence.name).toContain(contains);
  }
  await expectRestored(at, before);
}
