/** What people leave behind. */
export const handEdited: readonly (readonly [string, string])[] = [
  [
    'no indentation at all',
    '<?xml version="1.0"?>\n<configuration>\n<system.webServer>\n<rewrite>\n<rules>\n<rule name="a">\n<match url="^a$" />\n<action type="None" />\n</rule>\n</rules>\n</rewrite>\n</system.webServer>\n</configuration>\n',
  ],
  [
    'indentation that goes to and fro',
    '<configuration>\n        <system.webServer>\n  <rewrite>\n\t\t\t<rules>\n   <rule name="a">\n <match url="^a$" />\n          <action type="None" /></rule>\n </rules></rewrite>\n    </system.webServer>\n</configuration>',
  ],
  [
    'tabs and blanks mixed',
    '<configuration>\n\t<system.webServer>\n\t    <rewrite>\n    \t<rules>\n\t \t<rule name="a"><match url="^a$"/><action type="None"/></rule>\n    \t</rules>\n\t    </rewrite>\n\t</system.webServer>\n</configuration>\n',
  ],
  [
    'line ends mixed',
    '<configuration>\r\n  <system.webServer>\n    <rewrite>\r\n      <rules>\n        <rule name="a"><match url="^a$"/>\r\n<action type="None"/></rule>\n      </rules>\r\n    </rewrite>\n  </system.webServer>\r\n</configuration>\n\r\n\n',
  ],
  [
    'old Macintosh line ends',
    '<?xml version="1.0"?>\r<configuration>\r  <system.webServer>\r    <rewrite>\r      <rules/>\r    </rewrite>\r  </system.webServer>\r</configuration>\r',
  ],
  [
    'trailing blanks on every line',
    '<configuration>  \n  <system.webServer>   \n    <rewrite> \t \n      <rules>  \n      </rules>  \n    </rewrite>  \n  </system.webServer>  \n</configuration>  \n   ',
  ],
  [
    'empty lines everywhere',
    '\n\n<configuration>\n\n\n  <system.webServer>\n\n\n    <rewrite>\n\n      <rules>\n\n\n\n      </rules>\n\n    </rewrite>\n\n\n  </system.webServer>\n\n\n</configuration>\n\n\n\n',
  ],
  [
    'tags broken over lines',
    '<configuration\n  >\n  <system.webServer\n    >\n    <rewrite\n    ><rules\n        ><rule\n            name="a"\n            stopProcessing = "true"\n        ><match\n            url="^a$"\n        /><action type="None"\n        /></rule\n      ></rules\n    ></rewrite\n  ></system.webServer\n  >\n</configuration\n>',
  ],
  [
    'single quotes, with double quotes inside',
    `<configuration>\n  <appSettings><add key='greeting' value='say "hello" > there'/></appSettings>\n  <system.webServer>\n    <rewrite>\n      <rules>\n        <rule name='a "b"' stopProcessing='true'><match url='^a$'/><action type='None'/></rule>\n      </rules>\n    </rewrite>\n  </system.webServer>\n</configuration>`,
  ],
  [
    'attributes that hold what looks like tags',
    '<configuration>\n  <appSettings>\n    <add key="a" value="&lt;rules&gt;/&gt;" />\n    <add key="b" value="> </rules> -->" />\n  </appSettings>\n</configuration>\n'.replace(
      '> </rules> -->',
      '> /rules> -->',
    ),
  ],
  [
    'CDATA that looks like configuration',
    '<configuration>\n  <x><![CDATA[ <system.webServer><rewrite><rules/></rewrite></system.webServer> <!-- Stopgap CVE-2022-41040 revision 2 action 0: "x" (temporary) --> ]]></x>\n  <system.webServer>\n    <y><![CDATA[</system.webServer>]]></y>\n  </system.webServer>\n</configuration>\n',
  ],
  [
    'processing instructions',
    '<?xml version="1.0"?>\n<?keep <rules> this?>\n<configuration>\n  <?and <rewrite/> this?>\n  <system.webServer><?here?></system.webServer>\n</configuration>\n<?end?>',
  ],
  [
    'a comment at the end of the last line',
    '<configuration>\n  <system.webServer>\n    <defaultDocument enabled="true" /> <!-- yes -->\n  </system.webServer> <!-- system.webServer -->\n</configuration> <!-- configuration -->',
  ],
  [
    'a half commented-out section',
    '<configuration>\n  <system.webServer>\n    <!--\n    <rewrite>\n      <rules>\n        <rule name="old"/>\n    -->\n    <rewrite>\n      <rules>\n      <!--\n      </rules>\n      -->\n      </rules>\n    </rewrite>\n  </system.webServer>\n</configuration>\n',
  ],
  [
    'entities',
    '<configuration>\n  <appSettings>\n    <add key="a&#10;b" value="&#x41;&amp;&apos;&quot;&lt;&gt;" />\n  </appSettings>\n  <system.webServer/>\n</configuration>',
  ],
  [
    'no line end at the end',
    '<?xml version="1.0" encoding="utf-8"?>\r\n<configuration>\r\n    <system.webServer>\r\n        <rewrite>\r\n            <rules>\r\n                <rule name="a">\r\n                    <match url="^a$" />\r\n                    <action type="None" />\r\n                </rule>\r\n            </rules>\r\n        </rewrite>\r\n    </system.webServer>\r\n</configuration>',
  ],
  ['a thousand blanks at the end', `<configuration>\n</configuration>${' '.repeat(1000)}`],
  [
    'a very long line',
    `<configuration><appSettings>${'<add key="k" value="v"/>'.repeat(3000)}</appSettings></configuration>`,
  ],
];
