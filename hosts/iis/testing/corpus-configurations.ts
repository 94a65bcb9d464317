/** Small files, and every way in which an element can be there or not. */
export const configurations: readonly (readonly [string, string])[] = [
  ['an empty configuration', '<?xml version="1.0" encoding="UTF-8"?>\r\n<configuration>\r\n</configuration>\r\n'],
  ['a configuration that closes itself', '<configuration/>'],
  ['one that closes itself after blanks', '<?xml version="1.0"?>\n<configuration \t />\n'],
  ['one with nothing between its tags', '<configuration></configuration>'],
  ['one with only a comment', '<configuration><!-- nothing yet --></configuration>'],
  ['no XML declaration', '<configuration>\n  <system.web />\n</configuration>\n'],
  ['a declaration with single quotes', "<?xml version='1.0' encoding='utf-8' ?>\n<configuration>\n</configuration>"],
  [
    'a declaration with standalone',
    '<?xml version="1.0" encoding="utf-8" standalone="yes"?>\r\n<configuration>\r\n\t<appSettings />\r\n</configuration>\r\n',
  ],
  ['a declaration without encoding', '<?xml version="1.0"?><configuration><appSettings/></configuration>'],
  [
    'a comment before the root',
    '<?xml version="1.0"?>\n<!--\n  For more information see\n  http://go.microsoft.com/fwlink/?LinkId=169433\n-->\n<configuration>\n</configuration>\n',
  ],
  ['a comment after the root', '<configuration>\n</configuration>\n<!-- end -->'],
  [
    'the namespace of .NET 2.0',
    '<configuration xmlns="http://schemas.microsoft.com/.NetConfiguration/v2.0">\r\n    <system.webServer />\r\n</configuration>\r\n',
  ],
  [
    'namespaces for transformations',
    '<configuration xmlns:xdt="http://schemas.microsoft.com/XML-Document-Transform">\n  <system.web>\n    <compilation xdt:Transform="RemoveAttributes(debug)" />\n  </system.web>\n</configuration>\n',
  ],
  ['system.webServer that closes itself', '<configuration>\r\n    <system.webServer />\r\n</configuration>\r\n'],
  [
    'system.webServer that closes itself, blanks and breaks inside',
    '<configuration>\n\t<system.webServer\n\t/>\n</configuration>\n',
  ],
  [
    'system.webServer with nothing inside',
    '<configuration>\n  <system.webServer></system.webServer>\n</configuration>',
  ],
  [
    'system.webServer with a break inside',
    '<configuration>\n  <system.webServer>\n  </system.webServer>\n</configuration>',
  ],
  [
    'system.webServer with a comment inside',
    '<configuration>\n  <system.webServer>\n    <!-- <rewrite><rules/></rewrite> -->\n  </system.webServer>\n</configuration>',
  ],
  [
    'rewrite that closes itself',
    '<configuration>\n  <system.webServer>\n    <rewrite />\n  </system.webServer>\n</configuration>\n',
  ],
  [
    'rewrite with nothing inside',
    '<configuration>\n  <system.webServer>\n    <rewrite></rewrite>\n  </system.webServer>\n</configuration>\n',
  ],
  [
    'rules that close themselves',
    '<configuration>\n  <system.webServer>\n    <rewrite>\n      <rules />\n      <outboundRules />\n    </rewrite>\n  </system.webServer>\n</configuration>\n',
  ],
  [
    'rules with nothing inside',
    '<configuration>\n  <system.webServer>\n    <rewrite>\n      <rules></rules>\n      <outboundRules><preConditions/></outboundRules>\n    </rewrite>\n  </system.webServer>\n</configuration>\n',
  ],
  [
    'rules with a comment inside',
    '<configuration>\n  <system.webServer>\n    <rewrite>\n      <rules>\n        <!-- ours come here -->\n      </rules>\n      <outboundRules><!-- x --><preConditions><!-- y --></preConditions></outboundRules>\n    </rewrite>\n  </system.webServer>\n</configuration>\n',
  ],
  [
    'everything on one line',
    '<?xml version="1.0"?><configuration><system.webServer><rewrite><rules><rule name="a" stopProcessing="true"><match url="^old$"/><action type="Redirect" url="new"/></rule></rules></rewrite></system.webServer></configuration>',
  ],
  [
    'one line after the declaration',
    '<?xml version="1.0"?>\r\n<configuration><system.webServer><httpProtocol/></system.webServer></configuration>\r\n',
  ],
];
