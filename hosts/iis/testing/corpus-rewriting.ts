const inside = (rewrite: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>
<configuration>
  <system.webServer>
    <rewrite>
${rewrite
  .split('\n')
  .map((line) => `      ${line}`)
  .join('\n')}
    </rewrite>
  </system.webServer>
</configuration>
`;

const go = '<match url="^go/(\\d+)$" />\n    <action type="Redirect" url="item?id={R:1}" appendQueryString="false" />';

/** Files with rules of their own, in every order and form. */
export const rewriting: readonly (readonly [string, string])[] = [
  ['a clear first', inside(`<rules>\n  <clear />\n  <rule name="Go">\n    ${go}\n  </rule>\n</rules>`)],
  ['a clear on the line of the tag', inside(`<rules><clear/><rule name="Go">${go}</rule></rules>`)],
  [
    'removes first',
    inside(
      `<rules>\n  <remove name="Inherited 1" />\n  <remove name="Inherited 2"/>\n  <rule name="Go">\n    ${go}\n  </rule>\n</rules>`,
    ),
  ],
  [
    'a clear and removes, with comments between',
    inside(
      `<rules>\n  <!-- start anew -->\n  <clear /> <!-- here -->\n  <remove name="x" /><!-- and x -->\n  <!-- then ours -->\n  <rule name="Go">\n    ${go}\n  </rule>\n</rules>`,
    ),
  ],
  [
    'a remove at the end',
    inside(`<rules>\n  <rule name="Go">\n    ${go}\n  </rule>\n  <remove name="Something inherited" />\n</rules>`),
  ],
  ['only a clear', inside('<rules>\n  <clear />\n</rules>\n<outboundRules>\n  <clear />\n</outboundRules>')],
  [
    'only a clear, on one line',
    inside('<rules><clear/></rules><outboundRules><clear/><preConditions><clear/></preConditions></outboundRules>'),
  ],
  [
    'a disabled rule',
    inside(`<rules>\n  <rule name="Go" enabled="false" stopProcessing="true">\n    ${go}\n  </rule>\n</rules>`),
  ],
  [
    'a rule that ends the processing of everything',
    inside(
      '<rules>\n  <rule name="All" stopProcessing="true">\n    <match url=".*" />\n    <action type="None" />\n  </rule>\n</rules>',
    ),
  ],
  [
    'a rule that rewrites everything first',
    inside(
      '<rules>\n  <rule name="All">\n    <match url="(.*)" />\n    <action type="Rewrite" url="app/{R:1}" />\n  </rule>\n</rules>',
    ),
  ],
  [
    'rules under maps',
    inside(
      '<rewriteMaps>\n  <rewriteMap name="Old" defaultValue="">\n    <add key="/a" value="/b" />\n  </rewriteMap>\n</rewriteMaps>\n<rules>\n  <rule name="Map">\n    <match url=".*" />\n    <conditions>\n      <add input="{Old:{REQUEST_URI}}" pattern="(.+)" />\n    </conditions>\n    <action type="Redirect" url="{C:1}" />\n  </rule>\n</rules>',
    ),
  ],
  [
    'custom responses',
    inside(
      '<rules>\n  <rule name="Bots" patternSyntax="Wildcard">\n    <match url="*" />\n    <conditions logicalGrouping="MatchAny">\n      <add input="{HTTP_USER_AGENT}" pattern="*badbot*" />\n      <add input="{HTTP_USER_AGENT}" pattern="*worsebot*" />\n    </conditions>\n    <action type="CustomResponse" statusCode="403" statusReason="Forbidden" statusDescription="no &lt;bots&gt;" />\n  </rule>\n</rules>',
    ),
  ],
  [
    'outbound rules without rules',
    inside(
      '<outboundRules>\n  <rule name="Out">\n    <match serverVariable="RESPONSE_X" pattern="a" />\n    <action type="Rewrite" value="b" />\n  </rule>\n</outboundRules>',
    ),
  ],
  [
    'preconditions in front of outbound rules',
    inside(
      '<outboundRules>\n  <preConditions>\n    <preCondition name="Html">\n      <add input="{RESPONSE_CONTENT_TYPE}" pattern="html" />\n    </preCondition>\n  </preConditions>\n  <rule name="Out" preCondition="Html">\n    <match serverVariable="RESPONSE_X" pattern="a" />\n    <action type="Rewrite" value="b" />\n  </rule>\n</outboundRules>',
    ),
  ],
  [
    'preconditions between outbound rules, custom tags at the end',
    inside(
      '<outboundRules rewriteBeforeCache="true">\n  <rule name="Out 1"><match filterByTags="CustomTags" customTags="Mine" pattern="a" /><action type="Rewrite" value="b" /></rule>\n  <preConditions><preCondition name="Html" logicalGrouping="MatchAny"><add input="{RESPONSE_CONTENT_TYPE}" pattern="html" /></preCondition></preConditions>\n  <rule name="Out 2" preCondition="Html"><match serverVariable="RESPONSE_X" pattern="a" /><action type="Rewrite" value="b" /></rule>\n  <customTags>\n    <tags name="Mine">\n      <tag name="source" attribute="srcset" />\n    </tags>\n  </customTags>\n</outboundRules>',
    ),
  ],
  [
    'an outbound rule that ends processing, disabled',
    inside(
      '<outboundRules>\n  <rule name="Out" enabled="false" stopProcessing="true">\n    <match serverVariable="RESPONSE_Content_Security_Policy" pattern=".*" />\n    <action type="Rewrite" value="none" />\n  </rule>\n</outboundRules>',
    ),
  ],
  [
    'comments wherever they can stand',
    inside(
      '<!-- 1 -->\n<rules><!-- 2 -->\n  <!-- 3 --><rule name="Go"><!-- 4 -->\n    <match url="^x$" /><!-- 5 -->\n    <!-- 6 -->\n    <action type="None" />\n  </rule><!-- 7 -->\n  <!-- 8 -->\n</rules>\n<!-- 9 -->',
    ),
  ],
  [
    'comments that look like ours',
    inside(
      '<rules>\n  <!-- Stopgap was here -->\n  <!-- Stopgap CVE-2022-41040 revision 2: gone -->\n  <rule name="Go"><match url="^x$" /><action type="None" /></rule>\n</rules>',
    ),
  ],
  [
    'a commented-out copy of the rule',
    inside(
      '<rules>\n  <!-- <rule name="EEMS M1.1 PowerShell - inbound"><match url=".*"/><action type="AbortRequest"/></rule> -->\n</rules>',
    ),
  ],
  [
    'names in other letters, umlauts and quotes',
    inside(
      '<rules>\n  <rule name="Über &quot;alles&quot; &amp; mehr">\n    <match url="^ä$" />\n    <action type="None" />\n  </rule>\n</rules>',
    ),
  ],
  [
    'useOriginalURLEncoding',
    inside(
      '<rules useOriginalURLEncoding="false">\n  <rule name="Go"><match url="^x$" /><action type="Rewrite" url="y" /></rule>\n</rules>',
    ),
  ],
  [
    'two groups of system.webServer',
    '<configuration>\n  <system.webServer>\n    <defaultDocument enabled="true" />\n  </system.webServer>\n  <system.webServer>\n    <rewrite>\n      <rules />\n    </rewrite>\n  </system.webServer>\n</configuration>\n',
  ],
  [
    'rules in one group, outbound rules in another',
    '<configuration>\n  <system.webServer>\n    <rewrite>\n      <rules />\n    </rewrite>\n  </system.webServer>\n  <system.webServer>\n    <rewrite>\n      <outboundRules></outboundRules>\n    </rewrite>\n  </system.webServer>\n</configuration>\n',
  ],
  [
    'a location for a page',
    '<configuration>\n  <location path="page.aspx">\n    <system.webServer>\n      <rewrite>\n        <rules>\n          <rule name="Page"><match url=".*" /><action type="None" /></rule>\n        </rules>\n      </rewrite>\n    </system.webServer>\n  </location>\n</configuration>\n',
  ],
  [
    'a location for the level itself',
    '<configuration>\n  <location path=".">\n    <system.webServer>\n      <rewrite>\n        <rules>\n          <rule name="Here"><match url="^x$" /><action type="None" /></rule>\n        </rules>\n      </rewrite>\n    </system.webServer>\n  </location>\n</configuration>\n',
  ],
  [
    'a location kept from applications below',
    '<configuration>\n  <location path="." inheritInChildApplications="false">\n    <system.webServer>\n      <rewrite>\n        <rules>\n          <rule name="Here"><match url="^x$" /><action type="None" /></rule>\n        </rules>\n        <outboundRules />\n      </rewrite>\n    </system.webServer>\n  </location>\n</configuration>\n',
  ],
];
