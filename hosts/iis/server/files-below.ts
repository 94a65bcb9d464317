import path from 'node:path';
import { isWithin, normaliseLevel } from '@stopgap/rewrite';
import { limits } from '../limits.ts';
import type { PlacedDocument } from './levels.ts';
import { type Server, webConfigOf } from './server.ts';
import type { Site } from './sites.ts';

interface Folder {
  readonly path: string;
  readonly level: string;
  readonly depth: number;
}

/**
 * The `web.config` files in ordinary folders at or below a level, which IIS reads as it reads those of virtual
 * directories; at most `limits.folders` folders are looked at.
 */
export function filesBelow(server: Server, site: Site, level: string): readonly PlacedDocument[] {
  const own = new Set(site.directories.map((directory) => directory.level.toLowerCase()));
  const open = topFolders(server, site);
  const found: PlacedDocument[] = [];
  for (let seen = 0; seen < limits.folders; seen++) {
    const folder = open.pop();
    if (!folder) break;
    for (const name of server.drive.list(folder.path)) {
      const isConfig = name.toLowerCase() === 'web.config';
      if (isConfig && folder.depth > 0)
        found.push({ file: server.drive.inside(folder.path, name), level: folder.level });
      const below = normaliseLevel(`${folder.level}/${name}`);
      const related = isWithin(below, level) || isWithin(level, below);
      if (!related || own.has(below.toLowerCase()) || folder.depth >= limits.folderDepth || isFile(name)) continue;
      const inner = path.join(folder.path, name);
      if (server.drive.isBelow(inner)) open.push({ path: inner, level: below, depth: folder.depth + 1 });
    }
  }
  return found.toSorted((a, b) => (a.level < b.level ? -1 : 1));
}

function topFolders(server: Server, site: Site): Folder[] {
  return site.directories.flatMap((directory) => {
    const file = directory.subFolders ? webConfigOf(server, directory) : undefined;
    return typeof file === 'string' ? [{ path: path.dirname(file), level: directory.level, depth: 0 }] : [];
  });
}

/** What is so named is hardly ever a folder, and to ask would take longer than all else. */
function isFile(name: string): boolean {
  return /\.(aspx?|asmx|ashx|ascx|axd|bmp|browser|cer|config|css|cur|dll|eot|exe|gif|html?|ico|jpe?g|js|json|log|map|master|mp[34]|pdb|png|ps1|psd1|resx|svc|svg|tt[fc]|txt|wav|woff2?|xap|xml|xsd|xslt?|zip)$/i.test(
    name,
  );
}
