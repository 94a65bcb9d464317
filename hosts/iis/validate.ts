import { HostError } from '@stopgap/agent';
import { type Collection, itemNames, sameName } from './ours/place.ts';
import { standingIn } from './ours/standing.ts';
import { filesBelow } from './server/files-below.ts';
import { inheritedAt } from './server/inheritance.ts';
import { type Documents, layersOf } from './server/levels.ts';
import type { Server } from './server/server.ts';
import { visitAll } from './server/visit.ts';

/**
 * Reads every file that holds something of ours again, as IIS will: well-formed, and no name of ours there twice at any
 * level. Throws `HostError` `configuration-refused`.
 */
export function validate(server: Server): void {
  visitAll(server);
  const names = new Map<Collection, Set<string>>();
  for (const { document, problem } of server.shelf.all.filter((file) => file.markedFor.length > 0)) {
    if (problem) throw new HostError('configuration-refused', problem.message, problem);
    for (const { marker, path } of document ? standingIn(document) : []) {
      const collection = (path.at(-1)?.name ?? '') as Collection;
      if (!Object.hasOwn(itemNames, collection)) continue;
      names.set(collection, (names.get(collection) ?? new Set()).add(marker.name));
    }
  }
  if (names.size > 0) refuseDuplicates(server, names);
}

function refuseDuplicates(server: Server, names: ReadonlyMap<Collection, ReadonlySet<string>>): void {
  const documents: Documents = (file) => {
    const shelved = server.shelf.get(file);
    return shelved.mentions('rewrite') ? shelved.document : undefined;
  };
  for (const site of server.sites) {
    const layers = layersOf(server, site, documents, filesBelow(server, site, '/'));
    for (const [collection, ours] of names) {
      for (const level of new Set(layers.map((layer) => layer.level))) {
        const { duplicates } = inheritedAt({ server, site, layers, documents }, collection, level);
        const twice = duplicates.find(({ name }) => [...ours].some((one) => sameName(one, name)));
        if (!twice) continue;
        const where = `${twice.layer.file}:${twice.element.position.line}`;
        const message = `${where}: "${twice.name}" is there twice at ${site.name}${level}; IIS answers 500.19 for that`;
        throw new HostError('configuration-refused', message);
      }
    }
  }
}
