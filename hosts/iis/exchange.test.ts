import { describe, expect, it } from 'vitest';
import { heldOf, mitigationsWithRules } from './testing/catalog.ts';
import { seen } from './testing/evidence.ts';
import { exchangeFiles, hasExchange, owaFile } from './testing/exchange.ts';
import { exchangeStates, holdsAndRestores } from './testing/exchange-trial.ts';
import { readLevels } from './testing/levels.ts';
import { apply, cleanUp, expectRestored, laidOut, none } from './testing/server.ts';

cleanUp();

const catalog = await mitigationsWithRules();
const byId = (id: string) => catalog.filter((mitigation) => mitigation.id === id).flatMap(heldOf);
const all = catalog.flatMap(heldOf);
const wwwroot = 'inetpub/wwwroot/web.config';
const site = 'Default Web Site';

describe.skipIf(!hasExchange)('a real Exchange 2019 (skipped where ../shared is absent)', () => {
  it.each(catalog.map((mitigation) => [exchangeStates[0], mitigation.id, mitigation] as const))(
    'by its %s, holds %s, shows its evidence, and gets every byte back',
    (state, _id, mitigation) => holdsAndRestores(state, mitigation),
  );

  it('holds the whole catalog at once, and lets it go one by one in any order', async () => {
    const at = laidOut(exchangeFiles());
    const before = at.snapshot();
    await apply(at, all);
    const levels = readLevels(at.root);
    const evidence = catalog.flatMap((mitigation) => mitigation.evidence);
    expect(evidence.length).toBeGreaterThan(20);
    for (const one of evidence) expect(seen(levels, one).verdict, one.name).toBe(one.expect);
    await apply(at, [...byId('CVE-2022-41040'), ...byId('CVE-2026-42897')]);
    await apply(at, byId('CVE-2026-42897'));
    await apply(at, byId('CVE-2021-26855'));
    await expectRestored(at, before);
  });

  it('adds to the policy at /owa and at the three applications in it that share its web.config, once at each', async () => {
    const at = laidOut(exchangeFiles());
    await apply(at, byId('CVE-2026-42897'));
    const levels = readLevels(at.root);
    for (const level of ['/owa', '/owa/Calendar', '/owa/Integrated', '/owa/oma']) {
      expect(levels.at(site, level).outboundRules.map(({ rule }) => rule.name)).toEqual(['EOMT OWA CSP - outbound']);
    }
    for (const level of ['/', '/ecp', '/EWS']) expect(levels.at(site, level).outboundRules).toEqual([]);
    expect(levels.at('Exchange Back End', '/owa').outboundRules).toEqual([]);
  });

  it('changes nothing but what it puts in: every line from before is there, in its order', async () => {
    const at = laidOut(exchangeFiles());
    const lines = (name: string) => at.read(name).toString().split('\n');
    const before = [wwwroot, owaFile].map(lines);
    await apply(at, all);
    for (const [index, name] of [wwwroot, owaFile].entries()) {
      const now = lines(name);
      let from = 0;
      for (const line of before[index] ?? []) {
        from = now.indexOf(line, from) + 1;
        expect(from, line).toBeGreaterThan(0);
      }
    }
  });

  it('has the mitigations again after a cumulative update has replaced its web.config files', async () => {
    const at = laidOut(exchangeFiles());
    await apply(at, all);
    const files = new Map(exchangeFiles());
    at.write(owaFile, files.get(owaFile) ?? '');
    at.write(wwwroot, files.get(wwwroot) ?? '');
    const before = at.snapshot();
    expect((await at.host.plan(all, none)).findings.every(({ presence }) => presence === 'absent')).toBe(true);
    await apply(at, all);
    expect((await at.host.plan(all, none)).findings.every(({ presence }) => presence === 'in-place')).toBe(true);
    await expectRestored(at, before);
  });

  it('adopts the rule that the Exchange service has put there itself', async () => {
    const mended = new Map(exchangeFiles('applicationHost.config', 'DefaultWebSite_web1.config'));
    const broken = Buffer.from(mended.get(wwwroot) ?? []).toString();
    mended.set(wwwroot, Buffer.from(broken.replace(/<system\.web>(?=\s*<\/location>)/, '</system.web>')));
    const at = laidOut(mended);
    expect(await at.host.plan(byId('CVE-2022-41040'), none)).toMatchObject({
      changes: [],
      findings: [{ presence: 'adopted' }],
    });
  });

  it('with a broken web.config names the place, changes nothing there, and holds the rest', async () => {
    const at = laidOut(exchangeFiles('applicationHost.config', 'DefaultWebSite_web1.config'));
    const before = at.snapshot();
    const survey = await at.host.survey();
    for (const action of [...byId('CVE-2022-41040'), ...byId('CVE-2021-26855')]) {
      expect(at.host.accepts(action, survey)).toMatchObject({
        accepted: false,
        state: 'prerequisite-missing',
        reason: expect.stringMatching(/wwwroot\/web\.config:42:\d+: not XML/),
      });
    }
    await apply(at, byId('CVE-2026-42897'));
    expect(at.snapshot().get(wwwroot)).toBe(before.get(wwwroot));
    await expectRestored(at, before);
  });

  it('renders the very XML, and where it goes', async () => {
    const at = laidOut(exchangeFiles());
    await at.host.survey();
    const [action] = byId('CVE-2022-41040');
    const parts = action ? at.host.render(action) : [];
    expect(parts).toMatchObject([{ where: `${at.at(wwwroot)}, system.webServer/rewrite/rules` }]);
    expect(parts[0]?.text).toContain(
      '<rule name="EEMS M1.1 PowerShell - inbound" stopProcessing="true">\n    <match url=".*" />',
    );
  });
});
