import * as fs from 'node:fs';
import { systemFiles, systemFolders } from '@stopgap/machine';
import { ConfigurationLevels, type PlacedFile, readConfigurationFile } from '@stopgap/rewrite';
import { openDrive } from '../drive/drive.ts';
import { usualVariables } from '../drive/windows-path.ts';
import { placedFiles } from '../server/levels.ts';
import { readServer } from '../server/server.ts';
import { Shelf } from '../server/shelf.ts';

/** The files of a server as the rewrite room reads them: independent of all that this host makes of them. */
export function readLevels(root: string): ConfigurationLevels {
  const drive = openDrive({ root, variables: usualVariables('C'), folders: systemFolders });
  const server = readServer(drive, new Shelf(systemFiles), undefined);
  const placed = server.sites.flatMap((site) =>
    placedFiles(server, site).map(({ file, level }) => ({ file, level, site: site.name })),
  );
  const files: PlacedFile[] = [{ file: readConfigurationFile(fs.readFileSync(server.applicationHost)), level: '/' }];
  for (const { file, level, site } of placed) {
    if (fs.existsSync(file)) files.push({ file: readConfigurationFile(inUtf8(fs.readFileSync(file))), level, site });
  }
  return new ConfigurationLevels(files);
}

/** The rewrite room reads UTF-8, and UTF-16 with a mark; other files are turned into text for it. */
function inUtf8(bytes: Buffer): string | Buffer {
  if (bytes[1] === 0) return bytes.toString('utf16le');
  const other = /^<\?xml[^>]*encoding="(iso-8859-1|windows-1252|gb2312|shift_jis)"/i.test(bytes.toString('latin1'));
  return other ? bytes.toString('latin1') : bytes;
}
