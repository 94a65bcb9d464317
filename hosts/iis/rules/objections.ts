import { depthOf, isWithin } from '@stopgap/rewrite';
import type { XmlElement } from '@stopgap/xml';
import { scopesOf } from '../ours/grow.ts';
import { type Collection, sectionOf } from '../ours/place.ts';
import { type Documents, placedFiles } from '../server/levels.ts';
import { elementLock, lockOn } from '../server/locks.ts';
import type { Server } from '../server/server.ts';
import type { Site } from '../server/sites.ts';

/** A place in a `web.config` that a section might take. */
export interface Candidate {
  readonly site: Site;
  readonly level: string;
  readonly file: string;
  /** `path` of the `<location>`; empty: the file's own level. */
  readonly location: string;
}

/** Why IIS would not honour a section there, or not just for that level; `undefined`: it would. */
export function reasonAgainst(
  server: Server,
  { site, level, file, location }: Candidate,
  collection: Collection,
  documents: Documents,
): string | undefined {
  const locked = lockOn(server, site, level, sectionOf(collection), documents);
  if (locked !== undefined) return locked;
  const at = { level, depth: depthOf(level) + 0.5 };
  const element = elementLock(server, site, at, sectionOf(collection), documents);
  if (element !== undefined) return element;
  const all = standsAt(server, file);
  const elsewhere =
    location === '' ? all.find((one) => one.site !== site || !isWithin(one.level, level)) : all.length > 1 && all[1];
  if (elsewhere) return `${file} is also that of ${elsewhere.site.name}${elsewhere.level}`;
  const root = documents(file)?.root;
  const closed = root && scopesOf(root, location).some((scope) => holdsBack(scope) && holdsSection(scope, collection));
  const hasChildren = site.directories.some((one) => one.application !== level && isWithin(one.application, level));
  if (!closed || !hasChildren) return undefined;
  return `the section stands in a <location inheritInChildApplications="false"> of ${file}, which keeps it from the applications below`;
}

/** The levels at which a file is read, parents first. */
export function standsAt(server: Server, file: string): readonly { readonly site: Site; readonly level: string }[] {
  return server.sites.flatMap((site) =>
    placedFiles(server, site).flatMap((one) => (one.file === file ? [{ site, level: one.level }] : [])),
  );
}

function holdsBack(scope: XmlElement): boolean {
  return scope.attributes.get('inheritInChildApplications')?.value.toLowerCase() === 'false';
}

function holdsSection(scope: XmlElement, collection: Collection): boolean {
  const section = sectionOf(collection);
  return scope.elements.some(
    (group) =>
      group.name === 'system.webServer' &&
      group.elements.some((one) => one.name === 'rewrite' && one.elements.some((child) => child.name === section)),
  );
}
