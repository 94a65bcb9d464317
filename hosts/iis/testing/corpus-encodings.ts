const text = (encoding: string, breaks = '\r\n') =>
  [
    `<?xml version="1.0" encoding="${encoding}"?>`,
    '<!-- Größe: ÄÖÜ -->',
    '<configuration>',
    '    <appSettings>',
    '        <add key="Überschrift" value="façade" />',
    '    </appSettings>',
    '    <system.webServer>',
    '        <rewrite>',
    '            <rules>',
    '                <rule name="Größe">',
    '                    <match url="^größe$" />',
    '                    <action type="None" />',
    '                </rule>',
    '            </rules>',
    '        </rewrite>',
    '    </system.webServer>',
    '</configuration>',
    '',
  ].join(breaks);

const utf16 = (content: string, big: boolean, mark = true) => {
  const little = Buffer.from(mark ? `\ufeff${content}` : content, 'utf16le');
  return big ? little.swap16() : little;
};

const bytes = (head: string, middle: readonly number[], tail: string) =>
  Buffer.concat([Buffer.from(head), Buffer.from(middle), Buffer.from(tail)]);

const end = '" />\r\n    </appSettings>\r\n    <system.webServer>\r\n    </system.webServer>\r\n</configuration>\r\n';
const start = (encoding: string) =>
  `<?xml version="1.0" encoding="${encoding}"?>\r\n<configuration>\r\n    <appSettings>\r\n        <add key="k" value="`;

/** Files in every encoding that IIS may find, with and without byte order mark. */
export const encodings: readonly (readonly [string, Uint8Array])[] = [
  ['UTF-8 with mark', Buffer.from(`\ufeff${text('utf-8')}`)],
  ['UTF-8 without mark', Buffer.from(text('UTF-8', '\n'))],
  ['UTF-8 with mark, no declaration', Buffer.from('\ufeff<configuration>\n  <system.webServer />\n</configuration>\n')],
  ['UTF-8 with characters beyond the first plane', Buffer.from(text('utf-8').replace('façade', '😀 𝒳 façade'))],
  ['declared us-ascii', Buffer.from(text('us-ascii').replace(/[^ -~\s]/g, '?'))],
  ['UTF-16, little end first', utf16(text('utf-16'), false)],
  ['UTF-16, big end first', utf16(text('UTF-16'), true)],
  ['UTF-16, declared with its order', utf16(text('utf-16le', '\n'), false)],
  ['UTF-16 without mark', utf16(text('utf-16'), false, false)],
  [
    'UTF-16 on one line',
    utf16('<?xml version="1.0" encoding="utf-16"?><configuration><system.webServer/></configuration>', false),
  ],
  ['ISO 8859-1', Buffer.from(text('iso-8859-1'), 'latin1')],
  ['Windows 1252', bytes(start('Windows-1252'), [0x80, 0x93, 0xe4, 0x94, 0x9f], end)],
  ['GB 2312', bytes(start('gb2312'), [0xc4, 0xe3, 0xba, 0xc3], end)],
  [
    'Shift JIS, second bytes that look like backslashes',
    bytes(start('shift_jis'), [0x83, 0x5c, 0x95, 0x5c, 0x8e, 0x7c], end),
  ],
];
