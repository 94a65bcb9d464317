import { describe, expect, it } from 'vitest';
import { aborting, addingPolicy, holding, onPath, policyRules, refusing } from './testing/actions.ts';
import { performAll } from './testing/lay-out.ts';
import { apply, cleanUp, configuration, expectRestored, inner, none, owa, root, server } from './testing/server.ts';

cleanUp();

const evil = refusing('evil');
const evilRule = aborting('refuse evil', 'evil');

describe('the order of rules', () => {
  it('is: what refuses first, in front of what could end the processing of an attack', async () => {
    const at = server({
      [root]: configuration(
        '<rules>\n<clear />\n<rule name="all" stopProcessing="true"><match url=".*" /><action type="None" /></rule>\n<remove name="refuse evil" /></rules>',
      ),
    });
    const plan = await apply(at, [evil]);
    const text = at.read(root).toString();
    expect(text.indexOf('<remove name="refuse evil" />')).toBeLessThan(text.indexOf('<rule name="refuse evil"'));
    expect(plan.findings).toMatchObject([{ presence: 'absent', detail: expect.stringContaining(at.at(root)) }]);
  });

  it('is put right where somebody put another rule in front', async () => {
    const at = server({ [root]: configuration('<rules>\n</rules>') });
    await apply(at, [evil]);
    const ours = at.read(root).toString();
    at.write(
      root,
      ours.replace(
        '<rules>',
        '<rules><rule name="first" stopProcessing="true"><match url=".*" /><action type="None" /></rule>',
      ),
    );
    const plan = await at.host.plan([evil], none);
    expect(plan.findings).toMatchObject([{ presence: 'drifted', detail: expect.stringContaining('before') }]);
    await performAll(at.host, plan);
    const text = at.read(root).toString();
    expect(text.indexOf('"refuse evil" stop')).toBeLessThan(text.indexOf('"first"'));
  });
});

describe('what is there already', () => {
  it.each([
    ['our name and meaning', `<rules>${evilRule}</rules>`],
    ['another name', `<rules>${aborting('Mine', 'evil')}</rules>`],
    [
      'another name and spelling',
      `<rules><rule name="Mine" stopProcessing="false" patternSyntax="ECMAScript"><match url=".*" ignoreCase="true"/><conditions logicalGrouping="MatchAny"><add input="{Request_Uri}" pattern="evil" /></conditions><action type="AbortRequest" /></rule></rules>`,
    ],
    [
      'another name, after rules that only refuse',
      `<rules>${aborting('Other', 'x')}${aborting('Mine', 'evil')}</rules>`,
    ],
  ])('with %s is adopted, not doubled, and stays', async (_name, rules) => {
    const at = server({ [root]: configuration(rules) });
    const before = at.snapshot();
    const plan = await apply(at, [evil]);
    expect(plan).toMatchObject({ changes: [], findings: [{ presence: 'adopted' }] });
    await expectRestored(at, before);
  });

  it('is adopted where it is inherited, if it means the same below', async () => {
    const at = server({ [root]: configuration(`<rules>${aborting('Mine', 'evil')}</rules>`) });
    const below = refusing('evil', onPath('/owa'));
    expect((await at.host.plan([below], none)).findings).toMatchObject([{ presence: 'adopted' }]);
    at.write(owa, configuration('<rules><clear /></rules>'));
    expect((await at.host.plan([below], none)).findings).toMatchObject([{ presence: 'absent' }]);
  });

  it.each([
    ['where a condition looks at the path that was matched', (rule: string) => rule.replace('{REQUEST_URI}', '{R:0}')],
    [
      'where it leads to a path of its level',
      (rule: string) => rule.replace('type="AbortRequest"', 'type="Redirect" url="no"'),
    ],
  ])('is not adopted where it is inherited, %s: below it means something else', async (_name, other) => {
    const at = server({ [root]: configuration(`<rules>${other(aborting('Mine', 'evil'))}</rules>`) });
    const rules = `<rules>${other(aborting('refuse evil', 'evil'))}</rules>`;
    const [there, below] = [holding('M', rules), holding('M', rules, onPath('/owa'))];
    expect((await at.host.plan([there], none)).findings).toMatchObject([{ presence: 'adopted' }]);
    expect((await at.host.plan([below], none)).findings).toMatchObject([{ presence: 'absent' }]);
  });

  it('is adopted at its own level, in whatever letter case that is published', async () => {
    const one = (name: string) => aborting(name, 'evil').replace('.*', '^x');
    const at = server({ [owa]: configuration(`<rules>${one('refuse evil')}</rules>`) });
    const published = holding('M', `<rules>${one('refuse evil')}</rules>`, onPath('/OWA'));
    expect((await at.host.plan([published], none)).findings).toMatchObject([{ presence: 'adopted' }]);
  });

  it.each([
    ['disabled', aborting('Mine', 'evil').replace('stop', 'enabled="false" stop')],
    [
      'behind a rule that ends processing',
      `<rule name="all" stopProcessing="true"><match url="x" /><action type="None" /></rule>${aborting('Mine', 'evil')}`,
    ],
    ['for other requests', aborting('Mine', 'evils')],
    ['negated', aborting('Mine', 'evil').replace('pattern', 'negate="true" pattern')],
  ])('under another name, but %s, is not relied on', async (_name, rules) => {
    const at = server({ [root]: configuration(`<rules>${rules}</rules>`) });
    expect((await at.host.plan([evil], none)).findings).toMatchObject([{ presence: 'absent' }]);
  });

  it('of our name, disabled by somebody, is enabled, and disabled again afterwards', async () => {
    for (const value of ['enabled="false"', "enabled = 'False'"]) {
      const at = server({
        [root]: configuration(`<rules>\n<!-- theirs -->\n${evilRule.replace('stop', `${value} stop`)}</rules>`),
      });
      const before = at.snapshot();
      const plan = await apply(at, [evil]);
      expect(plan.findings).toMatchObject([{ presence: 'drifted', detail: expect.stringContaining('disabled') }]);
      expect(at.read(root).toString()).toMatch(/enabled ?= ?["']true["']/);
      expect(await at.host.plan([evil], none)).toMatchObject({ changes: [], findings: [{ presence: 'in-place' }] });
      await expectRestored(at, before);
      at.remove();
    }
  });

  it.each([
    [
      'at the level',
      { [root]: configuration(`<rules>${aborting('Refuse EVIL', 'other')}</rules>`) },
      {},
      'does something else',
    ],
    [
      'above, in applicationHost.config',
      {},
      {
        locations: `<location path="Default Web Site"><system.webServer><rewrite><rules>${aborting('refuse evil', 'other')}</rules></rewrite></system.webServer></location>\n`,
      },
      'does something else',
    ],
    ['in an application below', { [inner]: configuration(`<rules>${evilRule}</rules>`) }, {}, '500.19'],
    [
      'in a folder below',
      { 'inetpub/wwwroot/Sub/deep/Web.Config': configuration(`<rules>${evilRule}</rules>`) },
      {},
      '500.19',
    ],
    [
      'in a location below',
      {
        [root]: `<configuration><location path="sub"><system.webServer><rewrite><rules>${evilRule}</rules></rewrite></system.webServer></location></configuration>`,
      },
      {},
      '500.19',
    ],
    [
      'under a provider that nobody can read',
      {
        [root]: configuration(
          `<rules>${aborting('refuse evil', 'evil').replace('{REQUEST_URI}', '{Db:{REQUEST_URI}}')}</rules>`,
        ),
      },
      {},
      'does something else',
    ],
  ])(
    'of our name %s, with another meaning or twice, is a conflict, and nothing is changed',
    async (_name, files, text, why) => {
      const at = server(files, text);
      const plan = await at.host.plan([evil], none);
      expect(plan).toMatchObject({
        changes: [],
        findings: [{ presence: 'conflict', detail: expect.stringContaining(why) }],
      });
    },
  );

  it('of our name below a clear or remove is in nobody’s way', async () => {
    for (const edit of ['<clear />', '<remove name="REFUSE evil" />']) {
      const at = server({ [inner]: configuration(`<rules>${edit}${evilRule}</rules>`) });
      const plan = await apply(at, [evil]);
      expect(plan.findings).toMatchObject([{ presence: 'absent' }]);
      at.remove();
    }
  });

  it('a precondition of our name: the same is used, another is a conflict', async () => {
    const condition = (pattern: string, name = 'EOMT OWA SPA HTML shell - PRECONDITION') =>
      configuration(
        `<outboundRules><preConditions><preCondition name="${name}" logicalGrouping="matchAll"><add input="{RESPONSE_CONTENT_TYPE}" pattern="${pattern}" negate="false" /></preCondition></preConditions></outboundRules>`,
      );
    const at = server({ [root]: condition('^text/html') });
    const before = at.snapshot();
    await apply(at, [addingPolicy()]);
    expect(
      at
        .read(root)
        .toString()
        .match(/<preCondition /g),
    ).toHaveLength(1);
    await expectRestored(at, before);
    at.write(root, condition('html'));
    expect((await at.host.plan([addingPolicy()], none)).findings).toMatchObject([
      { presence: 'conflict', detail: expect.stringContaining('another <preCondition') },
    ]);
  });

  it('the mitigation as the Exchange service puts it is adopted', async () => {
    const at = server({ [owa]: configuration(policyRules) });
    expect(await at.host.plan([addingPolicy(onPath('/owa'))], none)).toMatchObject({
      changes: [],
      findings: [{ presence: 'adopted' }],
    });
  });

  it('a clear that would take ours out again is a conflict where ours has to stand above it', async () => {
    const at = server({ [root]: configuration('<rules><clear /></rules>') }, { rules: 'overrideModeDefault="Deny"' });
    expect((await at.host.plan([evil], none)).findings).toMatchObject([
      { presence: 'conflict', detail: expect.stringContaining('<clear/>') },
    ]);
  });

  it('levels below that do not inherit are named', async () => {
    const at = server({ [inner]: configuration('<rules><clear /></rules>') });
    expect((await at.host.plan([evil], none)).findings).toMatchObject([
      { detail: expect.stringContaining('not at Default Web Site/owa/inner') },
    ]);
  });
});

describe('what is said of the order', () => {
  it('names the rules that ours go in front of, and the inherited ones that run before', async () => {
    const all = '<rules><rule name="all" stopProcessing="true"><match url=".*" /><action type="None" /></rule></rules>';
    const at = server({ [root]: configuration(all) });
    const plan = await at.host.plan([evil], none);
    expect(plan.changes).toMatchObject([{ summary: expect.stringContaining('in front of the rules that are there') }]);
    const below = await at.host.plan([refusing('evil', onPath('/owa'))], none);
    expect(below.findings).toMatchObject([{ detail: expect.stringContaining('after the inherited rule "all"') }]);
  });
});
