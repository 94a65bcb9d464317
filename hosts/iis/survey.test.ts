import path from 'node:path';
import { readXml } from '@stopgap/xml';
import { describe, expect, it } from 'vitest';
import { endpointsOf } from './endpoints.ts';
import { sitesOf } from './server/sites.ts';
import { refusing } from './testing/actions.ts';
import { applicationHost, defaultSite } from './testing/application-host.ts';
import { hostFile } from './testing/lay-out.ts';
import { cleanUp, laidOut, none, owa, root, server } from './testing/server.ts';

cleanUp();

describe('a survey', () => {
  it('of a whole server says what is there, and that nothing runs', async () => {
    const { host } = server();
    expect(await host.survey()).toMatchObject({
      present: true,
      missing: [],
      endpoints: [],
      detail: expect.stringMatching(/"Default Web Site".*files only/),
    });
  });

  it.each([
    [
      'the module is not installed',
      { globalModules: '' },
      'not among the globalModules',
      'https://www.iis.net/downloads/microsoft/url-rewrite',
    ],
    ['the module is in no list of modules', { modules: '' }, 'in the modules', 'appcmd add module'],
  ])('where %s names the remedy', async (_name, text, what, remedy) => {
    const { host } = server({}, text);
    const survey = await host.survey();
    expect(survey).toMatchObject({ present: true, missing: [], detail: expect.stringContaining(what) });
    expect(host.accepts(refusing('evil'), survey)).toMatchObject({
      accepted: false,
      state: 'prerequisite-missing',
      reason: expect.stringMatching(new RegExp(`${what}.*${remedy}`)),
    });
  });

  it('where its sections are not declared names the remedy', async () => {
    const { host } = laidOut([
      [hostFile, applicationHost().replaceAll('sectionGroup name="rewrite"', 'sectionGroup name="other"')],
    ]);
    expect(host.accepts(refusing('evil'), await host.survey())).toMatchObject({
      accepted: false,
      reason: expect.stringContaining('not declared'),
    });
  });

  it('where there is no IIS is no survey of one, and there is nothing to change', async () => {
    const { host } = laidOut([['Windows/notepad.exe', '']]);
    expect(await host.survey()).toMatchObject({ present: false, detail: expect.stringContaining('is this IIS?') });
    expect(await host.plan([], none)).toEqual({ findings: [], changes: [] });
    await expect(host.plan([refusing('evil')], none)).rejects.toMatchObject({ code: 'configuration-refused' });
  });

  it('of an applicationHost.config that is broken names line and column', async () => {
    const { host } = laidOut([[hostFile, applicationHost().replace('</system.applicationHost>', '')]]);
    expect((await host.survey()).missing).toMatchObject([
      { what: expect.stringMatching(/applicationHost\.config:\d+:\d+: not XML/) },
    ]);
    await expect(host.plan([], none)).rejects.toMatchObject({ code: 'configuration-refused' });
  });

  it('follows shared configuration, and sites kept in another file', async () => {
    const redirection =
      '<configuration><configurationRedirection enabled="true" path="C:\\Shared\\" /></configuration>';
    const kept = applicationHost().replace(/<sites>[\s\S]*<\/sites>/, '<sites configSource="sites.config" />');
    const { host } = laidOut([
      [hostFile.replace('applicationHost', 'redirection'), redirection],
      [hostFile, '<configuration/>'],
      ['Shared/applicationhost.config', kept],
      ['Shared/sites.config', `<sites>${defaultSite}</sites>`],
    ]);
    expect(await host.survey()).toMatchObject({
      present: true,
      detail: expect.stringMatching(/Shared\/applicationhost\.config.*"Default Web Site"/),
    });
  });

  it('takes the path of applicationHost.config, and variables, from its configuration', async () => {
    const text = applicationHost({
      sites:
        '<site name="Default Web Site"><application path="/"><virtualDirectory path="/" physicalPath="%WEB%\\a" /></application></site>',
    });
    const at = laidOut([
      ['other/host.config', text],
      ['webs/a/x', ''],
    ]);
    for (const applicationHost of ['C:\\Other\\Host.config', at.at('other/host.config')]) {
      const host = at.hostWith({ applicationHost, variables: new Map([['Web', 'c:/webs']]) });
      expect(host.accepts(refusing('evil'), await host.survey())).toMatchObject({ accepted: true });
    }
  });

  it('on another system than Windows needs a folder that stands for the drive', async () => {
    const { hostWith } = server();
    expect(await hostWith({ root: undefined }).survey()).toMatchObject({
      present: false,
      detail: expect.stringContaining('"root"'),
    });
  });
});

describe('what has to be written', () => {
  it('is the configuration of IIS, and the folder of each level that is here, once', async () => {
    const sites = defaultSite
      .replace('C:\\Data\\Files', 'Q:\\Elsewhere\\Files')
      .replace('C:\\inetpub\\inner', 'C:\\data\\files');
    const at = server({}, { sites });
    const { writes } = await at.host.survey();
    expect(writes?.map(({ folder, why }) => [folder, why])).toEqual([
      [path.dirname(at.at(hostFile)), 'the configuration of IIS'],
      [path.dirname(at.at(root)), 'the web.config of Default Web Site'],
      [path.dirname(at.at(owa)), 'the web.config of Default Web Site/owa'],
      [at.at('Data/Files'), 'the web.config of Default Web Site/owa/inner'],
    ]);
  });
});

describe('endpoints', () => {
  const endpoints = (bindings: string, more = '') =>
    endpointsOf(
      sitesOf(readXml(`<sites><site name="S"${more}><bindings>${bindings}</bindings></site></sites>`)),
      'machine',
    ).map(({ scheme, address, port, hostHeader, site }) => `${site}: ${scheme} ${address} ${port} ${hostHeader}`);
  const binding = (information: string, protocol = 'http') =>
    `<binding protocol="${protocol}" bindingInformation="${information}" />`;

  it.each([
    ['*:80:', 'S: http 127.0.0.1 80 machine'],
    [':8080:', 'S: http 127.0.0.1 8080 machine'],
    ['192.0.2.1:80:WWW.Example', 'S: http 192.0.2.1 80 www.example'],
    ['[::1]:80:', 'S: http ::1 80 machine'],
    ['[::]:80:a', 'S: http ::1 80 a'],
    ['*:80:*.example', 'S: http 127.0.0.1 80 stopgap.example'],
  ])('of %s: %s', (information, expected) => {
    expect(endpoints(binding(information))).toEqual([expected]);
  });

  it('are each named once, and only those of http and of sites that start', () => {
    const all = [
      binding('*:443:', 'https'),
      binding('127.0.0.1:443:', 'HTTPS'),
      binding('808:*', 'net.tcp'),
      binding('x'),
    ];
    expect(endpoints(all.join(''))).toEqual(['S: https 127.0.0.1 443 machine']);
    expect(endpoints(all.join(''), ' serverAutoStart="false"')).toEqual([]);
  });
});
