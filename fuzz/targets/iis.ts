import { readXml, XmlError } from '@stopgap/xml';
import { expandVariables, parseWindowsPath, usualVariables } from '../../hosts/iis/drive/windows-path.ts';
import { IisConfigError } from '../../hosts/iis/errors.ts';
import type { Addition } from '../../hosts/iis/ours/addition.ts';
import { insertOurs } from '../../hosts/iis/ours/insert.ts';
import { markedFor } from '../../hosts/iis/ours/marker.ts';
import { standingIn } from '../../hosts/iis/ours/standing.ts';
import { stripOurs } from '../../hosts/iis/ours/strip.ts';
import { readText } from '../../hosts/iis/text/document.ts';
import { decodeSource, encodeSource } from '../../hosts/iis/text/source-text.ts';
import { must, mustEqual } from '../engine/check.ts';
import { type OpenTarget, type Outcome, outcomeOf } from '../engine/target.ts';

const put = (name: string, collection: Addition['place']['collection'], location: string, index: number): Addition => ({
  kind: 'put',
  owner: { mitigation: 'CVE-2022-41040', revision: 1, index },
  name,
  place: { location, collection },
  element: readXml(`<rule name="${name}"><match url=".*"/></rule>`),
  renewed: false,
});
const additions = [
  put('Ours 1', 'rules', '', 0),
  put('Ours 2', 'rules', 'Default Web Site/owa', 1),
  put('Ours 3', 'outboundRules', '', 2),
];

/** Bytes come back as they were; what we put into a file comes out again and leaves the very text. */
export function openIis(): OpenTarget {
  const file =
    '<?xml version="1.0" encoding="UTF-8"?>\r\n<configuration>\r\n  <!-- a -->\r\n  <system.webServer>\r\n    <rewrite><rules><clear /><rule name="x"/></rules></rewrite>\r\n  </system.webServer>\r\n  <location path="Default Web Site/owa"><system.webServer/></location>\r\n</configuration>\r\n';
  return {
    seeds: [
      file,
      file.replaceAll('\r\n', '\n'),
      file.replaceAll(/\r\n\s*/g, ''),
      Buffer.from(`\ufeff${file}`, 'utf16le'),
      file.replace('UTF-8', 'windows-1252').replace(' a ', ' \u00e9 '),
      insertOurs(readText(file, 'f'), additions),
      '<configuration/>',
    ],
    words: [
      '<rewrite>',
      '<rules>',
      '</rules>',
      '<clear/>',
      '<!-- Stopgap ',
      ' (temporary) -->',
      '<location path="',
      'inheritInChildApplications="false"',
      '%SystemDrive%\\',
      '\r\n',
    ],
    most: 96 * 1024,
    run,
  };
}

function run(input: Buffer): Outcome {
  const text = decoded(input);
  if (text === undefined) return 'refused';
  markedFor(text);
  const path = expandVariables(text.slice(0, 300), usualVariables('C'));
  if (typeof path === 'string') parseWindowsPath(path);
  return outcomeOf(() => inAndOut(text), IisConfigError);
}

function decoded(input: Buffer): string | undefined {
  try {
    const source = decodeSource(input);
    mustEqual(encodeSource(source.text, source).equals(input), true, 'encoded again, it is the same');
    return source.text;
  } catch (error) {
    if (error instanceof XmlError) return undefined;
    throw error;
  }
}

function inAndOut(text: string): void {
  const before = readText(text, 'web.config');
  if (standingIn(before).length > 0) {
    stripOurs(before);
    return;
  }
  if (before.root.name !== 'configuration') return;
  const after = readText(insertOurs(before, additions), 'web.config');
  must(standingIn(after).length === additions.length, 'not all of ours stands there');
  mustEqual(stripOurs(after), text, 'taken out again, it is another');
}
