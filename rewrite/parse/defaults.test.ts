import { describe, expect, it } from 'vitest';
import { parseRewrite } from '../index.ts';

describe('a configuration that says as little as it may', () => {
  it('has the inbound defaults of IIS', () => {
    const { rules, useOriginalUrlEncoding, allowedServerVariables } = parseRewrite(
      '<rewrite><rules><rule name="a"><match url="x"/><conditions><add input="{URL}" pattern="y"/></conditions></rule></rules></rewrite>',
    );
    expect(rules).toEqual([
      {
        name: 'a',
        enabled: true,
        patternSyntax: 'ECMAScript',
        stopProcessing: false,
        responseCacheDirective: 'Auto',
        match: { url: 'x', ignoreCase: true, negate: false },
        conditions: {
          logicalGrouping: 'MatchAll',
          trackAllCaptures: false,
          list: [
            {
              input: '{URL}',
              matchType: 'Pattern',
              pattern: 'y',
              ignoreCase: true,
              negate: false,
              position: { line: 1, column: 60 },
            },
          ],
        },
        serverVariables: [],
        action: { type: 'None' },
        position: { line: 1, column: 17 },
      },
    ]);
    expect(useOriginalUrlEncoding).toEqual({ globalRules: true, rules: true });
    expect(allowedServerVariables).toEqual([]);
  });

  it.each([
    [
      '<action type="Rewrite" url="x"/>',
      { type: 'Rewrite', url: 'x', appendQueryString: true, logRewrittenUrl: false },
    ],
    ['<action type="Redirect" url="x"/>', { type: 'Redirect', url: 'x', appendQueryString: true, status: 301 }],
    [
      '<action type="CustomResponse" statusCode="404"/>',
      { type: 'CustomResponse', statusCode: 404, subStatusCode: 0, statusReason: '', statusDescription: '' },
    ],
    ['<action type="AbortRequest"/>', { type: 'AbortRequest' }],
    ['<action/>', { type: 'None' }],
    ['<action url="x" statusCode="404"/>', { type: 'None' }],
  ])('reads %s', (action, expected) => {
    const { rules } = parseRewrite(`<rewrite><rules><rule name="a"><match url="x"/>${action}</rule></rules></rewrite>`);
    expect(rules[0]?.action).toEqual(expected);
  });

  it('has the outbound defaults of IIS', () => {
    const { outboundRules, rewriteBeforeCache } = parseRewrite(
      '<rewrite><outboundRules><rule name="a"><match pattern="x"/><action type="Rewrite"/></rule></outboundRules></rewrite>',
    );
    expect(outboundRules).toEqual([
      {
        name: 'a',
        enabled: true,
        patternSyntax: 'ECMAScript',
        stopProcessing: false,
        preCondition: '',
        match: {
          serverVariable: '',
          filterByTags: [],
          customTags: '',
          pattern: 'x',
          occurrences: 0,
          ignoreCase: true,
          negate: false,
        },
        conditions: { logicalGrouping: 'MatchAll', trackAllCaptures: true, list: [] },
        action: { type: 'Rewrite', value: '', replace: true },
        position: { line: 1, column: 25 },
      },
    ]);
    expect(rewriteBeforeCache).toBe(false);
  });

  it('gives IsFile and IsDirectory the physical path to look at, and needs no pattern for them', () => {
    const { rules } = parseRewrite(
      '<rewrite><rules><rule name="a"><match url="x"/><conditions><add matchType="IsFile"/></conditions></rule></rules></rewrite>',
    );
    expect(rules[0]?.conditions.list[0]).toMatchObject({
      input: '{REQUEST_FILENAME}',
      matchType: 'IsFile',
      pattern: '',
    });
  });
});

describe('a configuration that says everything', () => {
  it('is read whole, in any letter case of enums and booleans', () => {
    const configuration = parseRewrite(`<?xml version="1.0" encoding="utf-8"?>
<rewrite>
  <!-- everything -->
  <allowedServerVariables><clear/><add name="HTTP_X_A"/><remove name="HTTP_X_B"/></allowedServerVariables>
  <rewriteMaps>
    <rewriteMap name="m" defaultValue="d" ignoreCase="FALSE"><add key="k" value="v"/><add key="K"/></rewriteMap>
  </rewriteMaps>
  <providers>
    <provider name="DB" type="Some.Type, Some.Assembly"><settings><add key="a" value="b"/></settings></provider>
  </providers>
  <globalRules useOriginalURLEncoding="false"/>
  <rules>
    <clear/>
    <rule name="a" enabled="True" patternSyntax="wildcard" stopProcessing="TRUE" responseCacheDirective="never" lockItem="true">
      <match url="*" ignoreCase="false" negate="true"/>
      <conditions logicalGrouping="matchany" trackAllCaptures="true">
        <add input="{m:{R:1}}" pattern="*" matchType="pattern"/>
        <add input="{DB:x}" pattern="*"/>
      </conditions>
      <serverVariables><set name="HTTP_X_A" value="{R:0}" replace="false"/></serverVariables>
      <action type="redirect" url="/{R:1}" redirectType="seeother" appendQueryString="False"/>
    </rule>
  </rules>
  <outboundRules rewriteBeforeCache="true">
    <rule name="o" preCondition="HTML"><match filterByTags="a, IMG,customTags" customTags="mine" pattern="x" occurrences="2"/></rule>
    <preConditions>
      <preCondition name="html" logicalGrouping="MatchAny" patternSyntax="ExactMatch">
        <add input="{RESPONSE_CONTENT_TYPE}" pattern="text/html"/>
      </preCondition>
    </preConditions>
    <customTags><tags name="Mine"><tag name="video" attribute="src"/><tag name="video" attribute="poster"/></tags></customTags>
  </outboundRules>
</rewrite>`);
    expect(configuration.allowedServerVariables).toEqual(['http_x_a']);
    expect(configuration.rewriteMaps[0]).toMatchObject({
      name: 'm',
      defaultValue: 'd',
      ignoreCase: false,
      entries: new Map([
        ['k', 'v'],
        ['K', ''],
      ]),
    });
    expect(configuration.providers[0]).toMatchObject({ name: 'DB', type: 'Some.Type, Some.Assembly' });
    expect(configuration.useOriginalUrlEncoding).toEqual({ globalRules: false, rules: true });
    expect(configuration.rules[0]).toMatchObject({
      patternSyntax: 'Wildcard',
      stopProcessing: true,
      responseCacheDirective: 'Never',
      match: { url: '*', ignoreCase: false, negate: true },
      conditions: { logicalGrouping: 'MatchAny', trackAllCaptures: true },
      serverVariables: [{ name: 'HTTP_X_A', value: '{R:0}', replace: false }],
      action: { type: 'Redirect', url: '/{R:1}', status: 303, appendQueryString: false },
      position: { line: 14, column: 5 },
    });
    expect(configuration.outboundRules[0]?.match).toMatchObject({
      filterByTags: ['A', 'Img', 'CustomTags'],
      customTags: 'mine',
      occurrences: 2,
    });
    expect(configuration.preConditions[0]).toMatchObject({ logicalGrouping: 'MatchAny', patternSyntax: 'ExactMatch' });
    expect(configuration.customTags.get('Mine')).toEqual([
      { name: 'video', attribute: 'src' },
      { name: 'video', attribute: 'poster' },
    ]);
    expect(configuration.rewriteBeforeCache).toBe(true);
    expect(configuration.inheritance).toMatchObject({
      rules: [{ kind: 'clear' }],
      allowedServerVariables: [{ kind: 'clear' }, { kind: 'remove', name: 'HTTP_X_B' }],
    });
  });
});
