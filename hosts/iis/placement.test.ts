import { describe, expect, it } from 'vitest';
import { aborting, addingPolicy, holding, onPath, onSite, refusing } from './testing/actions.ts';
import { defaultSite } from './testing/application-host.ts';
import { hostFile, performAll } from './testing/lay-out.ts';
import { apply, cleanUp, configuration, expectRestored, inner, none, owa, root, server } from './testing/server.ts';

cleanUp();

const evil = refusing('evil');

describe('where a rule goes', () => {
  it.each([
    ['a site', onSite, root],
    ['a site in other letters', { level: 'site', site: 'DEFAULT web site' } as const, root],
    ['an application', onPath('/owa'), owa],
    ['an application in other letters', onPath('/OWA'), owa],
    ['an application in an application', onPath('/owa/inner'), inner],
    ['a virtual directory', onPath('/files'), 'Data/Files/web.config'],
  ])('%s: its own web.config, made where there is none, and gone again afterwards', async (_name, scope, file) => {
    const at = server();
    const before = at.snapshot();
    const plan = await apply(at, [refusing('evil', scope)]);
    expect(plan.changes).toMatchObject([{ kind: 'file', path: at.at(file), before: null }]);
    expect(at.read(file).toString()).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>
<configuration>
    <system.webServer>
        <rewrite>
            <rules>
                <!-- Stopgap TEST-evil revision 1 action 0: "refuse evil" (temporary; made 4; file) -->
                <rule name="refuse evil" stopProcessing="true">
                    <match url=".*" />
                    <conditions>
                        <add input="{REQUEST_URI}" pattern="evil" />
                    </conditions>
                    <action type="AbortRequest" />
                </rule>
            </rules>
        </rewrite>
    </system.webServer>
</configuration>
`.replaceAll('\n', '\r\n'),
    );
    await expectRestored(at, before);
  });

  it('a folder of no virtual directory: a location in the web.config that is nearest', async () => {
    const at = server();
    await apply(at, [refusing('evil', onPath('/owa/auth/deep'))]);
    expect(at.read(owa).toString()).toContain('<location path="auth/deep">');
  });

  it('the server: globalRules and rules as the mitigation says, in applicationHost.config', async () => {
    const at = server();
    const before = at.snapshot();
    const scope = { level: 'server' } as const;
    const global = holding('G', `<globalRules>${aborting('global', 'evil')}</globalRules>`, scope);
    const everywhere = holding('R', `<rules>${aborting('everywhere', 'worse')}</rules>`, scope);
    const plan = await apply(at, [global, everywhere]);
    expect(plan.changes).toHaveLength(1);
    const text = at.read(hostFile).toString();
    expect(text).toMatch(
      /<system\.webServer>\s+<globalModules>[\s\S]*?<rewrite>\s+<globalRules>[\s\S]*"global"[\s\S]*<\/globalRules>\s+<rules>[\s\S]*"everywhere"/,
    );
    await expectRestored(at, before);
  });

  it.each([
    ['locked by default', { rules: 'overrideModeDefault="Deny"' }, 'overrideModeDefault="Deny"'],
    [
      'allowed in applicationHost.config only',
      { rules: 'allowDefinition="AppHostOnly"' },
      'applicationHost.config only',
    ],
    [
      'locked for the site',
      {
        locations:
          '<location path="Default Web Site" overrideMode="Deny"><system.webServer><rewrite><rules /></rewrite></system.webServer></location>\n',
      },
      '<location path="Default Web Site">',
    ],
    [
      'locked for the path, in the older way',
      {
        locations:
          '<location path="default web site/OWA" allowOverride="false"><system.webServer><rewrite><rules /></rewrite></system.webServer></location>\n',
      },
      'locked by',
    ],
  ])('a section %s: a location of applicationHost.config', async (_name, text, why) => {
    const at = server({ [owa]: '<configuration/>' }, text);
    const before = at.snapshot();
    const held = refusing('evil', onPath('/owa'));
    expect(at.host.accepts(held, await at.host.survey())).toMatchObject({
      accepted: true,
      notes: [expect.stringContaining(why)],
    });
    const plan = await apply(at, [held]);
    expect(plan.changes).toMatchObject([{ path: at.at(hostFile) }]);
    expect(at.read(hostFile).toString()).toMatch(
      /<location path="Default Web Site\/owa"|<location path="default web site\/OWA"/,
    );
    expect((await at.host.plan([held], none)).findings).toMatchObject([
      { presence: 'in-place', detail: expect.stringContaining(why) },
    ]);
    await expectRestored(at, before);
  });

  it('a section unlocked for the site again: its web.config', async () => {
    const unlocked =
      '<location path="Default Web Site" overrideMode="Allow"><system.webServer><rewrite><rules /></rewrite></system.webServer></location>\n';
    const at = server({}, { rules: 'overrideModeDefault="Deny"', locations: unlocked });
    expect((await at.host.plan([evil], none)).changes).toMatchObject([{ path: at.at(root) }]);
  });

  it('a section in a location that applications below do not inherit: a location of applicationHost.config', async () => {
    const kept =
      '<configuration><location path="." inheritInChildApplications="false"><system.webServer><rewrite><rules /></rewrite></system.webServer></location></configuration>';
    const at = server({ [root]: kept, [inner]: kept });
    expect((await at.host.plan([evil], none)).changes).toMatchObject([{ path: at.at(hostFile) }]);
    const below = refusing('evil', onPath('/owa/inner'));
    expect((await at.host.plan([below], none)).changes).toMatchObject([{ path: at.at(inner) }]);
  });

  it('a web.config that several levels share: the rule is renewed below, so that no name is there twice', async () => {
    const site = defaultSite.replace('C:\\inetpub\\inner', '%ExchangeInstallPath%FrontEnd\\HttpProxy\\owa\\');
    const at = server({}, { sites: site });
    const before = at.snapshot();
    await apply(at, [refusing('evil', onPath('/owa')), addingPolicy(onPath('/owa'))]);
    expect(at.read(owa).toString()).toMatch(/<remove name="refuse evil" \/>\s+<rule name="refuse evil"/);
    await expectRestored(at, before);
    expect((await at.host.plan([refusing('evil', onPath('/owa/inner'))], none)).changes).toMatchObject([
      { path: at.at(hostFile) },
    ]);
  });

  it('a section that a configSource keeps: that file, and the file that names it is written again', async () => {
    const kept = '<rules>\n  <rule name="a"><match url="^a$" /><action type="None" /></rule>\n</rules>\n';
    const at = server({
      [root]: configuration('<rules configSource="config\\Rules.config" />'),
      'inetpub/wwwroot/Config/rules.CONFIG': kept,
    });
    const before = at.snapshot();
    const written: string[] = [];
    const { systemFiles } = await import('@stopgap/machine');
    const host = at.hostWith(
      {},
      {
        ...systemFiles,
        write: (file, ...rest) => {
          written.push(file);
          systemFiles.write(file, ...rest);
        },
      },
    );
    await performAll(host, await host.plan([evil], none));
    expect(written).toEqual([at.at('inetpub/wwwroot/Config/rules.CONFIG'), at.at(root)]);
    expect(at.read('inetpub/wwwroot/Config/rules.CONFIG').toString()).toMatch(
      /^<rules>\n {2}<!-- Stopgap TEST-evil[\s\S]*name="a"/,
    );
    expect((await host.plan([evil], none)).findings).toMatchObject([{ presence: 'in-place' }]);
    await expectRestored(at, before);
  });

  it('what an administrator saves while the file that names it is written again stays', async () => {
    const at = server({
      [root]: configuration('<rules configSource="Rules.config" />'),
      'inetpub/wwwroot/Rules.config': '<rules>\n</rules>\n',
    });
    const theirs = configuration('<rules configSource="Rules.config" /><!-- theirs -->');
    const { systemFiles } = await import('@stopgap/machine');
    const host = at.hostWith(
      {},
      {
        ...systemFiles,
        write: (file, ...rest) => {
          if (file === at.at(root)) at.write(root, theirs);
          systemFiles.write(file, ...rest);
        },
      },
    );
    await performAll(host, await host.plan([evil], none));
    expect(at.read(root).toString()).toBe(theirs);
    expect((await host.plan([evil], none)).findings).toMatchObject([{ presence: 'in-place' }]);
  });
});
