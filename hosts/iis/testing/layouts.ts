import { directory } from './application-host.ts';
import { hostFile } from './lay-out.ts';
import { exchangeHost, frontEndFolders, kept, usualInstall } from './layout-exchange.ts';

/** The files of a server, as they may be found. */
export interface Layout {
  readonly name: string;
  readonly files: readonly (readonly [string, string | Uint8Array])[];
  /** Files that may only be read. */
  readonly readOnly?: readonly string[];
  readonly variables?: ReadonlyMap<string, string>;
  /** Mitigations that this server cannot hold, and a word of the reason. */
  readonly refuses?: ReadonlyMap<string, RegExp>;
}

type Files = Layout['files'];

const usual = usualInstall.slice(3).replaceAll('\\', '/');
const root = 'inetpub/wwwroot/web.config';
const crlf = (text: string) => text.replaceAll('\n', '\r\n');
const marked = (text: string) => Buffer.from(`\ufeff${text}`);
const utf16 = (text: string, mark = true) =>
  Buffer.from(`${mark ? '\ufeff' : ''}${text.replace(/encoding="utf-8"/i, 'encoding="utf-16"')}`, 'utf16le');

/** The folders of the front end, each with a `web.config`; `changed` for some of them. */
function frontEnd(installed = usual, changed: ReadonlyMap<string, string | Uint8Array> = new Map()): Files {
  return frontEndFolders.map((folder) => {
    const name = `${installed}${folder}/web.config`;
    return [name, changed.get(folder.split('/').at(-1) ?? '') ?? kept()];
  });
}

const owaWith = (content: string) => new Map([['owa', kept(content)]]);
const site = (name: string, id: number, physicalPath: string, port: number) =>
  `<site name="${name}" id="${id}"><application path="/">${directory('/', physicalPath)}</application><bindings><binding protocol="http" bindingInformation="*:${port}:" /></bindings></site>\n`;

const encrypted = `<configuration>
  <configProtectedData><providers><add name="MyProvider" type="System.Configuration.RsaProtectedConfigurationProvider" /></providers></configProtectedData>
  <connectionStrings configProtectionProvider="MyProvider">
    <EncryptedData Type="http://www.w3.org/2001/04/xmlenc#Element" xmlns="http://www.w3.org/2001/04/xmlenc#">
      <EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#tripledes-cbc" />
      <CipherData><CipherValue>AQIDBAUGBwgJCgsMDQ4PEA==</CipherValue></CipherData>
    </EncryptedData>
  </connectionStrings>
</configuration>
`;

/** Servers other than the one whose files are at hand. */
export const layouts: readonly Layout[] = [
  {
    name: 'Exchange 2013 as it is installed: byte order mark, CRLF',
    files: [[hostFile, marked(crlf(exchangeHost()))], [root, marked(crlf(kept()))], ...frontEnd()],
  },
  {
    name: 'Exchange 2016 on a German Windows: UTF-16 and Latin-1',
    files: [
      [hostFile, utf16(crlf(exchangeHost({ comment: 'Ge\u00e4ndert von M\u00fcller am 3. M\u00e4rz' })))],
      [root, Buffer.from(kept('<!-- f\u00fcr alle -->\n').replace('utf-8', 'iso-8859-1'), 'latin1')],
      ...frontEnd(usual, new Map([['owa', utf16(kept('<!-- Zugriff f\u00fcr au\u00dfen -->\n'))]])),
    ],
  },
  {
    name: 'a Japanese Windows: Shift_JIS, and UTF-16 without a mark',
    files: [
      [hostFile, exchangeHost({ comment: '\u69cb\u6210' })],
      [root, Buffer.from(kept('<!-- \x83\x5c\x83\x7c -->\n').replace('utf-8', 'shift_jis'), 'latin1')],
      ...frontEnd(usual, new Map([['owa', utf16(kept(), false)]])),
    ],
  },
  {
    name: 'Exchange under variables, in a folder of its own',
    files: [[hostFile, exchangeHost({ installed: '%ExchangeInstallPath%' })], [root, kept()], ...frontEnd('Exchange/')],
    variables: new Map([['ExchangeInstallPath', 'C:\\Exchange\\']]),
  },
  {
    name: 'Exchange on a drive that stands beside the system drive',
    files: [
      [hostFile, exchangeHost({ installed: 'D:\\Exchange Server\\V15\\' })],
      [root, kept()],
      ...frontEnd('D:/Exchange Server/V15/'),
    ],
  },
  {
    name: 'Exchange on another drive, with the files of both in one folder',
    files: [[hostFile, exchangeHost({ installed: 'F:\\EX\\' })], [root, kept()], ...frontEnd('EX/')],
  },
  {
    name: 'Exchange on a drive that is not at hand',
    files: [
      [hostFile, exchangeHost({ installed: 'E:\\Exchange\\' })],
      [root, kept()],
    ],
    refuses: new Map([['CVE-2026-42897', /drive E:/]]),
  },
  {
    name: 'physical paths as people write them',
    files: [
      [hostFile, exchangeHost({ installed: '\\\\?\\C:\\Program Files\\..\\EX/', root: 'c:/INETPUB/wwwroot//' })],
      ['inetpub/WWWROOT/Web.Config', kept()],
      ...frontEnd('ex/'),
    ],
  },
  {
    name: 'no web.config at the root, and one that is empty but for its element below',
    files: [
      [hostFile, exchangeHost()],
      ['inetpub/wwwroot/iisstart.htm', ''],
      ...frontEnd(usual, new Map([['owa', '<configuration />']])),
    ],
  },
  {
    name: 'other sites, that share the folder, have none at hand, or are broken',
    files: [
      [
        hostFile,
        exchangeHost({
          moreSites: [
            site('Intranet of the Firm', 7, '%SystemDrive%\\inetpub\\wwwroot', 8080),
            site('Share', 8, '\\\\files\\web$\\intranet', 8081),
            site('Unknown', 9, '%WEBROOT%\\x', 8082),
            site('SharePoint - 80', 10, 'C:\\inetpub\\wwwroot\\wss\\VirtualDirectories\\80', 8083),
            site('\u00c4rger & Co'.replace('&', '&amp;'), 11, 'C:\\sites\\\u00c4rger &amp; Co', 8084),
            site('Broken', 12, 'C:\\sites\\broken', 8085),
            '<site name="Nothing" id="13"></site>\n',
          ].join(''),
        }),
      ],
      [root, kept()],
      ['inetpub/wwwroot/wss/VirtualDirectories/80/web.config', encrypted],
      ['sites/\u00c4rger & Co/web.config', encrypted],
      ['sites/broken/web.config', '<configuration><system.webServer></configuration>'],
      ...frontEnd(),
    ],
  },
  {
    name: 'encrypted sections beside ours',
    files: [[hostFile, exchangeHost()], [root, encrypted], ...frontEnd(usual, new Map([['owa', crlf(encrypted)]]))],
  },
  {
    name: 'sections of rules locked for all, and unlocked for one site',
    files: [
      [
        hostFile,
        exchangeHost({
          mode: 'Deny',
          locations: `    <location path="Default Web Site" overrideMode="Allow"><system.webServer><rewrite><rules /></rewrite></system.webServer></location>\n`,
        }),
      ],
      [root, kept()],
      ...frontEnd(),
    ],
  },
  {
    name: 'rules in files of their own',
    files: [
      [hostFile, exchangeHost()],
      [
        root,
        kept('      <rewrite><rules configSource="rules.config" /></rewrite>\n').replace(/<\/?location[^>]*>/g, ''),
      ],
      ['inetpub/wwwroot/rules.config', '\ufeff<rules>\r\n</rules>'],
      ...frontEnd(
        usual,
        new Map([
          [
            'owa',
            '<configuration><system.webServer><rewrite><outboundRules configSource="out\\bound.config"/></rewrite></system.webServer></configuration>',
          ],
        ]),
      ),
      [`${usual}FrontEnd/HttpProxy/owa/out/bound.config`, '<outboundRules rewriteBeforeCache="true" />'],
    ],
  },
  {
    name: 'rules of others: cleared, ending processing, with conditions of their own',
    files: [
      [hostFile, exchangeHost()],
      [
        root,
        `<configuration><system.webServer><rewrite><rules><clear />
<rule name="to https" stopProcessing="true"><match url="(.*)" /><conditions><add input="{HTTPS}" pattern="off" /></conditions><action type="Redirect" url="https://{HTTP_HOST}/{R:1}" /></rule>
</rules><rewriteMaps><rewriteMap name="m"><add key="a" value="b" /></rewriteMap></rewriteMaps></rewrite></system.webServer></configuration>`,
      ],
      ...frontEnd(
        usual,
        owaWith(
          `      <rewrite><outboundRules><remove name="brand" /><rule name="brand" preCondition="html"><match filterByTags="None" pattern="Outlook" /><action type="Rewrite" value="Mail" /></rule><preConditions><remove name="html" /><preCondition name="html"><add input="{RESPONSE_CONTENT_TYPE}" pattern="^text/html" /></preCondition></preConditions></outboundRules></rewrite>\n`,
        ),
      ),
    ],
  },
  {
    name: 'files that may only be read',
    files: [[hostFile, exchangeHost()], [root, kept()], ...frontEnd()],
    readOnly: [root, `${usual}FrontEnd/HttpProxy/owa/web.config`, hostFile],
  },
  {
    name: 'a site in other letters, everything in a location, and a name space on the root',
    files: [
      [hostFile, exchangeHost({ siteName: 'DEFAULT Web Site' })],
      [
        root,
        `<configuration xmlns="http://schemas.microsoft.com/.NetConfiguration/v2.0">\n\t<location path="" inheritInChildApplications="false">\n\t\t<system.web />\n\t</location>\n\t<location path="." allowOverride="true">\n\t\t<appSettings />\n\t</location>\n</configuration>`,
      ],
      ...frontEnd(),
    ],
  },
  {
    name: 'no newline in any file',
    files: [
      [hostFile, exchangeHost().replace(/\n\s*/g, ' ')],
      [root, kept().replace(/\n\s*/g, '')],
      ...frontEnd(usual, new Map([['owa', kept().replace(/\n\s*/g, '')]])),
    ],
  },
];
