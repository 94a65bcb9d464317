import * as fs from 'node:fs';
import type { HeldAction } from '@stopgap/agent';
import { Keeper } from '@stopgap/agent/contract';
import { type Evidence, type Mitigation, parseMitigation } from '@stopgap/mitigation';
import { describe, expect, it } from 'vitest';
import { seen } from './testing/evidence.ts';
import { hostFile } from './testing/lay-out.ts';
import { layouts } from './testing/layouts.ts';
import { readLevels } from './testing/levels.ts';
import { cleanUp, laidOut } from './testing/server.ts';

cleanUp();

const catalog = new URL('../../catalog/', import.meta.url);
const mitigations = await Promise.all(
  fs
    .readdirSync(catalog, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => parseMitigation(fs.readFileSync(new URL(`${name}/mitigation.xml`, catalog)))),
);
const ours = (mitigation: Mitigation): readonly HeldAction[] =>
  mitigation.actions
    .map((action, index) => ({ mitigation: mitigation.id, revision: 1, index, action, mode: 'enforce' as const }))
    .filter(({ action }) => action.kind === 'urlRewrite' || action.kind === 'appPool');
const held = mitigations.filter((mitigation) => ours(mitigation).length > 0);

const isRule = ({ actions }: Mitigation) => actions.every(({ kind }) => kind === 'urlRewrite');

describe(`${layouts.length} other servers`, () => {
  it.each(layouts)('$name: every mitigation of the catalog, put in, shown, taken out byte for byte', async (layout) => {
    const at = laidOut(layout.files);
    for (const name of layout.readOnly ?? []) fs.chmodSync(at.at(name), 0o444);
    const before = at.snapshot();
    const host = at.hostWith({ variables: layout.variables });
    const survey = await host.survey();
    expect(survey).toMatchObject({ present: true, missing: [] });
    expect(survey.detail.includes('from the same folder')).toBe(layout.name.includes('of both in one folder'));
    const keeper = new Keeper(host);
    const all: HeldAction[] = [];
    for (const mitigation of held) {
      const wanted = ours(mitigation);
      const refusal = layout.refuses?.get(mitigation.id);
      const acceptances = wanted.map((one) => host.accepts(one, survey));
      if (refusal) {
        expect(acceptances).toMatchObject([{ accepted: false, reason: expect.stringMatching(refusal) }]);
        continue;
      }
      expect([mitigation.id, acceptances]).toEqual([
        mitigation.id,
        wanted.map(() => expect.objectContaining({ accepted: true })),
      ]);
      all.push(...wanted);
      await keeper.bring(wanted);
      expect(await keeper.plan(wanted)).toMatchObject({
        changes: [],
        findings: wanted.map(() => ({ presence: 'in-place' })),
      });
      shows(at.root, layout.variables, mitigation);
      await keeper.bring([]);
      expect(at.snapshot()).toEqual(before);
    }
    expect(all.length).toBeGreaterThanOrEqual(held.length - 1);
    await keeper.bring(all);
    await host.activate();
    for (const gone of held) await keeper.bring(all.filter((one) => one.mitigation !== gone.id));
    await keeper.bring([]);
    expect(at.snapshot()).toEqual(before);
  });

  /** What the files now say, read by the rewrite room and by plain eyes. */
  function shows(root: string, variables: ReadonlyMap<string, string> | undefined, mitigation: Mitigation): void {
    if (isRule(mitigation)) {
      const levels = readLevels(root, variables);
      for (const evidence of mitigation.evidence) expectShown(seen(levels, evidence), evidence);
      return;
    }
    const text = fs.readFileSync(`${root}/${hostFile}`).toString('latin1').replaceAll('\0', '');
    for (const { action } of ours(mitigation)) {
      if (action.kind !== 'appPool') continue;
      expect(text).toMatch(new RegExp(`<add name="${action.name}" autoStart="false"[^>]* startMode="OnDemand"`));
    }
  }
});

function expectShown({ verdict, policy }: ReturnType<typeof seen>, evidence: Evidence): void {
  expect([evidence.name, verdict]).toEqual([evidence.name, evidence.expect]);
  for (const { contains } of evidence.responseHeaders)
    expect([evidence.name, policy]).toEqual([evidence.name, expect.stringContaining(contains)]);
}
