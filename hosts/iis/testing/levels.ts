import * as fs from 'node:fs';
import path from 'node:path';
import { systemFiles, systemFolders } from '@stopgap/machine';
import { ConfigurationLevels, type PlacedFile, readConfigurationFile } from '@stopgap/rewrite';
import { openDrive } from '../drive/drive.ts';
import { usualVariables } from '../drive/windows-path.ts';
import { placedFiles } from '../server/levels.ts';
import { readServer } from '../server/server.ts';
import { Shelf } from '../server/shelf.ts';

/** The files of a server as the rewrite room reads them: independent of all that this host makes of them. */
export function readLevels(root: string, more: ReadonlyMap<string, string> = new Map()): ConfigurationLevels {
  const variables = new Map([
    ...usualVariables('C'),
    ...[...more].map(([key, value]) => [key.toLowerCase(), value] as const),
  ]);
  const drive = openDrive({ root, variables, folders: systemFolders });
  const server = readServer(drive, new Shelf(systemFiles), undefined);
  const files: PlacedFile[] = [{ file: readConfigurationFile(fs.readFileSync(server.applicationHost)), level: '/' }];
  // Files of other sites may be broken.
  for (const site of server.sites.filter(({ name }) => name.toLowerCase() === 'default web site')) {
    for (const { file, level } of placedFiles(server, site)) {
      if (!fs.existsSync(file)) continue;
      const text = withSources(inUtf8(fs.readFileSync(file)), file);
      files.push({ file: readConfigurationFile(text), level, site: 'Default Web Site' });
    }
  }
  return new ConfigurationLevels(files);
}

/** What a section keeps in another file, in its place. */
function withSources(content: string | Buffer, file: string): string | Buffer {
  const sources = [...content.toString('latin1').matchAll(/<(\w+) configSource="([^"]+)"\s*\/>/g)];
  if (sources.length === 0) return content;
  let text = content.toString();
  for (const [whole, , source = ''] of sources) {
    const kept = path.join(path.dirname(file), ...source.split('\\'));
    text = text.replace(whole, fs.readFileSync(kept, 'utf8').replace('\ufeff', ''));
  }
  return text;
}

/** The rewrite room reads UTF-8, and UTF-16 with a mark; other files are turned into text for it. */
function inUtf8(bytes: Buffer): string | Buffer {
  if (bytes[1] === 0) return bytes.toString('utf16le');
  const other = /^<\?xml[^>]*encoding="(iso-8859-1|windows-1252|gb2312|shift_jis)"/i.test(bytes.toString('latin1'));
  return other ? bytes.toString('latin1') : bytes;
}
