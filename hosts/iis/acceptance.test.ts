import { describe, expect, it } from 'vitest';
import { aborting, holding, onPath, onSite, refusing } from './testing/actions.ts';
import { directory } from './testing/application-host.ts';
import { cleanUp, configuration, none, owa, root, server } from './testing/server.ts';

cleanUp();

const evil = refusing('evil');
const evilRule = aborting('refuse evil', 'evil');

describe('what IIS cannot have', () => {
  it.each([
    ['a rule to watch', refusing('evil', onSite, { mode: 'observe' }), 'unsupported', 'without enforcing'],
    [
      'an attribute for all rules',
      holding('X', `<rules useOriginalURLEncoding="false">${evilRule}</rules>`),
      'unsupported',
      'useOriginalURLEncoding',
    ],
    [
      'a site that is not there',
      refusing('evil', { level: 'site', site: 'Intranet' }),
      'unsupported',
      'there are "Default Web Site"',
    ],
    [
      'a service',
      { ...evil, action: { kind: 'service', name: 'x', shared: false } as const },
      'unsupported',
      'no service',
    ],
  ])('%s is refused with the reason', async (_name, held, state, why) => {
    const { host } = server();
    expect(host.accepts(held, await host.survey())).toMatchObject({
      accepted: false,
      state,
      reason: expect.stringContaining(why),
    });
  });

  it.each([
    ['on a share', '\\\\files\\web', 'on a share'],
    ['on another drive', 'D:\\web', 'drive D:'],
    ['under an unknown variable', '%WEB%\\web', '%WEB%'],
    ['not there', 'C:\\gone', 'is not there'],
  ])('a site whose root is %s is refused with the reason', async (_name, path, why) => {
    const { host } = server(
      {},
      { sites: `<site name="Default Web Site"><application path="/">${directory('/', path)}</application></site>` },
    );
    expect(host.accepts(evil, await host.survey())).toMatchObject({
      accepted: false,
      reason: expect.stringContaining(why),
    });
  });

  it('a level from which the module is taken out is refused with the place', async () => {
    const at = server({
      [owa]:
        '<configuration>\n<system.webServer><modules><remove name="RewriteModule"/></modules></system.webServer></configuration>',
    });
    const survey = await at.host.survey();
    expect(at.host.accepts(evil, survey)).toMatchObject({ accepted: true });
    const below = at.host.accepts(refusing('evil', onPath('/owa')), survey);
    expect(below).toMatchObject({
      accepted: false,
      state: 'prerequisite-missing',
      reason: expect.stringContaining(`${at.at(owa)}:2`),
    });
  });

  it.each([
    ['lockItem="true"', true],
    ['lockElements="remove, rule"', true],
    ['lockAllElementsExcept="clear"', true],
    ['lockAllElementsExcept="rule,clear"', false],
    ['lockItem="false"', false],
  ])('a section with %s above: refused with the place: %s', async (attribute, refused) => {
    const rules = `        <rewrite><rules ${attribute}></rules></rewrite>\n`;
    const { host } = server({}, { server: rules });
    const found = host.accepts(evil, await host.survey());
    expect(found.accepted).toBe(!refused);
    if (!found.accepted) expect(found.reason).toMatch(/applicationHost\.config:\d+: <rules> is locked there/);
  });

  it.each([
    ['lockElements="rewriteMap"', true],
    ['lockElements="rule"', false],
    ['lockAllElementsExcept="rewriteMap"', false],
    ['lockAllElementsExcept="rule"', true],
  ])('so is one of maps, which holds elements of another name: %s: %s', async (attribute, refused) => {
    const { host } = server({}, { server: `<rewrite><rewriteMaps ${attribute}></rewriteMaps></rewrite>` });
    const map = '<rewriteMaps><rewriteMap name="bad"><add key="/a" value="1"/></rewriteMap></rewriteMaps>';
    const found = host.accepts(holding('M', `${map}<rules>${evilRule}</rules>`), await host.survey());
    expect(found.accepted).toBe(!refused);
  });

  it('a section that is encrypted is refused with the place', async () => {
    const at = server({ [root]: configuration('<rules configProtectionProvider="X"><EncryptedData /></rules>') });
    expect(at.host.accepts(evil, await at.host.survey())).toMatchObject({
      accepted: false,
      state: 'prerequisite-missing',
      reason: expect.stringContaining('is encrypted'),
    });
  });

  it('a web.config that IIS would find too large is a conflict; one that is larger already is not', async () => {
    const padded = (size: number) => `<configuration><!--${'x'.repeat(size)}--></configuration>`;
    const at = server({ [root]: padded(250 * 1024 - 100) });
    expect(await at.host.plan([evil], none)).toMatchObject({
      changes: [],
      findings: [{ presence: 'conflict', detail: expect.stringContaining('MaxWebConfigFileSizeInKB') }],
    });
    at.write(root, padded(300 * 1024));
    expect((await at.host.plan([evil], none)).findings).toMatchObject([{ presence: 'absent' }]);
  });
});
