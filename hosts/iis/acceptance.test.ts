import { describe, expect, it } from 'vitest';
import { aborting, holding, onPath, onSite, refusing } from './testing/actions.ts';
import { directory } from './testing/application-host.ts';
import { cleanUp, owa, server } from './testing/server.ts';

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
});
