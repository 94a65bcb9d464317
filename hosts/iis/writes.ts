import path from 'node:path';
import type { WrittenFolder } from '@stopgap/agent';
import { type Server, webConfigOf } from './server/server.ts';

/** Folders of files that something of ours may stand in: `applicationHost.config`, and the `web.config` of each level that is here. */
export function writesOf(server: Server): readonly WrittenFolder[] {
  const folders = new Map([[path.dirname(server.applicationHost), 'the configuration of IIS']]);
  for (const site of server.sites) {
    for (const directory of site.directories) {
      const file = webConfigOf(server, directory);
      const folder = typeof file === 'string' ? path.dirname(file) : undefined;
      if (folder === undefined || folders.has(folder) || !server.drive.isFolder(folder)) continue;
      folders.set(folder, `the web.config of ${site.name}${directory.level === '/' ? '' : directory.level}`);
    }
  }
  return [...folders].map(([folder, why]) => ({ folder, why }));
}
