import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  ConfigurationLevels,
  evaluateInbound,
  prepareRules,
  RewriteError,
  readConfigurationFile,
  scopedRules,
  siteFor,
} from '../index.ts';
import { request } from '../testing/evaluate.ts';

const rule = (name: string, match = '.*', action = '<action type="AbortRequest"/>') =>
  `<rule name="${name}"><match url="${match}"/>${action}</rule>`;
const server = (rewrite: string) => `<system.webServer><handlers/><rewrite>${rewrite}</rewrite></system.webServer>`;
const webConfig = (content: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<configuration><configSections><section name="x" type="y"/></configSections><appSettings/>${content}</configuration>`;
const applicationHost = (content: string) => `<configuration>
  <configSections><sectionGroup name="system.applicationHost"><section name="sites"/></sectionGroup></configSections>
  <system.applicationHost><sites>
    <site name="Default Web Site" id="1"><bindings><binding protocol="http" bindingInformation="*:80:"/><binding protocol="net.tcp" bindingInformation="808:*"/></bindings></site>
    <site name="Back End" id="2"><bindings><binding protocol="https" bindingInformation="*:444:"/><binding protocol="http" bindingInformation="127.0.0.1:80:Back.Example"/></bindings></site>
    <site name="Wild" id="3"><bindings><binding protocol="http" bindingInformation="*:80:*.wild.example"/></bindings></site>
  </sites></system.applicationHost>${content}</configuration>`;

const levels = (...files: readonly { readonly xml: string; readonly level?: string; readonly site?: string }[]) =>
  new ConfigurationLevels(
    files.map(({ xml, level = '/', site }) => ({
      file: readConfigurationFile(xml),
      level,
      ...(site === undefined ? {} : { site }),
    })),
  );

/** Names of the distributed rules that hold for a path, in order, each with its level. */
function rulesAt(configured: ConfigurationLevels, path: string, site?: string): readonly string[] {
  return configured.at(site, path).rules.map(({ rule: one, level }) => `${one.name}@${level}`);
}

function refusal(build: () => unknown): RewriteError {
  try {
    build();
  } catch (error) {
    if (error instanceof RewriteError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

describe('readConfigurationFile', () => {
  it.each([
    ['<rewrite/>', 'rewrite', ['']],
    [webConfig(server('')), 'web.config', ['']],
    [webConfig(''), 'web.config', []],
    [webConfig(`<location path="a\\b/">${server('')}</location>`), 'web.config', ['a/b']],
    [webConfig(`<location path=".">${server('')}</location>`), 'web.config', ['']],
    [
      applicationHost(`${server('')}<location path="Back End/x">${server('')}</location>`),
      'applicationHost.config',
      ['', 'Back End/x'],
    ],
  ])('tells the kind of %s', (xml, kind, paths) => {
    const file = readConfigurationFile(xml);
    expect([file.kind, file.rewrites.map((one) => one.path)]).toEqual([kind, paths]);
  });

  it('takes the sites that locations name where none are declared, and is told the kind by a caller who knows the name', () => {
    const xml = webConfig(
      `${server(`<globalRules>${rule('g')}</globalRules>`)}<location path="Back End/x">${server('')}</location><location path="back end">${server('')}</location>`,
    );
    const file = readConfigurationFile(xml, undefined, true);
    expect([file.kind, file.sites]).toEqual(['applicationHost.config', [{ name: 'Back End', bindings: [] }]]);
    expect(new ConfigurationLevels([{ file, level: '/' }]).at('Back End', '/x').globalRules).toHaveLength(1);
    expect(refusal(() => levels({ xml })).code).toBe('not-allowed-here');
  });

  it('passes over everything that is not about rewriting', () => {
    const xml = webConfig(
      '<rewrite><nonsense/></rewrite><system.web><rewrite/></system.web><system.webServer><security><rewrite foo="1"/></security></system.webServer>',
    );
    expect(readConfigurationFile(xml).rewrites).toEqual([]);
  });

  it('refuses other documents', () => {
    expect(refusal(() => readConfigurationFile('<html/>')).code).toBe('unknown-element');
    expect(refusal(() => readConfigurationFile('<configuration>')).code).toBe('not-xml');
  });
});

describe('siteFor', () => {
  const { sites } = readConfigurationFile(applicationHost(''));
  it.each([
    ['http', 'www.example.com', undefined, 'Default Web Site'],
    ['http', 'back.example', undefined, 'Back End'],
    ['http', 'BACK.example:80', undefined, 'Back End'],
    ['http', 'a.wild.example', undefined, 'Wild'],
    ['https', 'mail.example:444', undefined, 'Back End'],
    ['https', 'mail.example', 444, 'Back End'],
    ['https', 'mail.example', undefined, 'Default Web Site'],
  ] as const)('%s://%s (port %s) belongs to %s', (scheme, host, port, name) => {
    expect(siteFor(sites, scheme, host, port)?.name).toBe(name);
  });
});

describe('inheritance', () => {
  const parent = `<rules>${rule('a')}${rule('b')}</rules>`;
  it.each([
    ['adds', `<rules>${rule('c')}</rules>`, ['a@/', 'b@/', 'c@/sub']],
    ['clears', `<rules><clear/>${rule('c')}</rules>`, ['c@/sub']],
    ['removes by name, whatever the letter case', `<rules><remove name="A"/>${rule('c')}</rules>`, ['b@/', 'c@/sub']],
    ['replaces after remove', `<rules><remove name="a"/>${rule('a')}</rules>`, ['b@/', 'a@/sub']],
    ['removes what is not there', '<rules><remove name="z"/></rules>', ['a@/', 'b@/']],
  ])('%s', (_, child, expected) => {
    const located = levels({ xml: webConfig(`${server(parent)}<location path="sub">${server(child)}</location>`) });
    expect(rulesAt(located, '/sub/x')).toEqual(expected);
    expect(rulesAt(located, '/x')).toEqual(['a@/', 'b@/']);
    const files = levels({ xml: webConfig(server(child)), level: '/sub' }, { xml: webConfig(server(parent)) });
    expect(rulesAt(files, '/SUB/x')).toEqual(expected);
  });

  it('refuses a name that is inherited already', () => {
    const error = refusal(() =>
      levels({
        xml: webConfig(`${server(parent)}\n<location path="sub">${server(`<rules>${rule('B')}</rules>`)}</location>`),
      }),
    );
    expect([error.code, error.position.line]).toEqual(['duplicate-name', 3]);
  });

  it('hands down maps, preconditions, tags and allowed variables, which the rules below may use', () => {
    const above = `<rewriteMaps><rewriteMap name="m"><add key="x" value="y"/></rewriteMap></rewriteMaps>
      <allowedServerVariables><add name="V"/></allowedServerVariables>
      <outboundRules><preConditions><preCondition name="p"/></preConditions><customTags><tags name="t"/></customTags></outboundRules>`;
    const below = `<rules>${rule('r', '.*', '<serverVariables><set name="V" value="{m:x}"/></serverVariables>')}</rules>
      <outboundRules><rule name="o" preCondition="p"><match filterByTags="CustomTags" customTags="T" pattern="x"/></rule></outboundRules>`;
    const configured = levels({ xml: webConfig(server(above)) }, { xml: webConfig(server(below)), level: '/a' });
    const rules = prepareRules(scopedRules(configured.at(undefined, '/a/b')));
    expect(evaluateInbound(rules, request('/a/b'))).toMatchObject({
      outcome: 'pass',
      changes: { serverVariables: new Map([['V', 'y']]) },
    });
    expect(refusal(() => levels({ xml: webConfig(server(below)), level: '/a' })).code).toBe('undefined-reference');
  });

  it('takes maps and allowed variables away again', () => {
    const above = `<rewriteMaps><rewriteMap name="m"/></rewriteMaps><allowedServerVariables><add name="V"/></allowedServerVariables>`;
    const below = `<rewriteMaps><clear/></rewriteMaps><allowedServerVariables><remove name="v"/><add name="W"/></allowedServerVariables>`;
    const { rest } = levels({ xml: webConfig(server(above)) }, { xml: webConfig(server(below)), level: '/a' }).at(
      undefined,
      '/a',
    );
    expect([rest.rewriteMaps, rest.allowedServerVariables]).toEqual([[], ['w']]);
  });

  it('hands settings down one by one', () => {
    const above = '<rules useOriginalURLEncoding="false"/><outboundRules rewriteBeforeCache="true"/>';
    const configured = levels(
      { xml: webConfig(server(above)) },
      { xml: webConfig(server('<rules/><outboundRules rewriteBeforeCache="false"/>')), level: '/a' },
    );
    expect(configured.at(undefined, '/a').rest).toMatchObject({
      useOriginalUrlEncoding: { rules: false },
      rewriteBeforeCache: false,
    });
  });

  it('runs inherited rules on the path as their own level sees it', () => {
    const configured = levels(
      {
        xml: webConfig(
          server(`<rules>${rule('a', '^sub/x$', '<action type="CustomResponse" statusCode="404"/>')}</rules>`),
        ),
      },
      { xml: webConfig(server(`<rules>${rule('b', '^x$')}</rules>`)), level: '/sub' },
    );
    const rules = prepareRules(scopedRules(configured.at(undefined, '/sub/x')));
    expect(evaluateInbound(rules, request('/sub/x'))).toMatchObject({ outcome: 'custom', by: { rule: 'a' } });
  });
});

describe('an applicationHost.config', () => {
  const xml =
    applicationHost(`${server(`<globalRules>${rule('g', '^g$')}</globalRules><rules>${rule('all', '^all$')}</rules>`)}
    <location path="Default Web Site">${server(`<rules>${rule('site', '^site$')}</rules>`)}</location>
    <location path="default web site/owa">${server(`<rules>${rule('owa', '^x$')}</rules>`)}</location>
    <location path="Back End"><system.webServer><rewrite><rules><clear/></rules></rewrite></system.webServer></location>`);

  it('has its levels by site and path', () => {
    const configured = levels({ xml });
    expect(rulesAt(configured, '/owa/y', 'Default Web Site')).toEqual(['all@/', 'site@/', 'owa@/owa']);
    expect(rulesAt(configured, '/y', 'Default Web Site')).toEqual(['all@/', 'site@/']);
    expect(rulesAt(configured, '/y', 'Back End')).toEqual([]);
    expect(configured.at('Back End', '/y').globalRules.map((one) => one.rule.name)).toEqual(['g']);
  });

  it('stands above the web.config files of its sites', () => {
    const own = { xml: webConfig(server(`<rules><remove name="site"/>${rule('own', '^x$')}</rules>`)) };
    const configured = levels({ xml }, { ...own, site: 'Default Web Site' });
    expect(rulesAt(configured, '/owa/y', 'Default Web Site')).toEqual(['all@/', 'own@/', 'owa@/owa']);
  });

  it.each([
    ['in a web.config', () => levels({ xml: webConfig(server('<globalRules/>')) })],
    [
      'in a location',
      () => levels({ xml: applicationHost(`<location path="Back End">${server('<globalRules/>')}</location>`) }),
    ],
  ])('is the only place for global rules, not %s', (_, build) => {
    expect(refusal(build).code).toBe('not-allowed-here');
  });
});

const exchange = fileURLToPath(new URL('../../../shared/fixtures/iis/exchange-2019/', import.meta.url));

describe.skipIf(!existsSync(exchange))('the configuration of a real Exchange server', () => {
  const broken = new Set(['DefaultWebSite_web1.config']);
  const files = existsSync(exchange) ? readdirSync(exchange).filter((name) => !broken.has(name)) : [];
  it.each(files)('%s is read', (name) => {
    const file = readConfigurationFile(readFileSync(exchange + name));
    expect(file.kind).toBe(name.startsWith('applicationHost') ? 'applicationHost.config' : 'web.config');
    expect(() => new ConfigurationLevels([{ file, level: '/' }])).not.toThrow();
  });

  it('says where the broken file is broken', () => {
    const error = refusal(() => readConfigurationFile(readFileSync(`${exchange}DefaultWebSite_web1.config`)));
    expect([error.code, error.position.line]).toEqual(['not-xml', 42]);
  });
});
