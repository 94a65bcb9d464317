import path from 'node:path';
import type { RuleScope } from '@stopgap/mitigation';
import { depthOf, isWithin, normaliseLevel, relativeTo } from '@stopgap/rewrite';
import { pathFor, scopesOf } from '../ours/grow.ts';
import { type Collection, sectionOf } from '../ours/place.ts';
import { type Documents, placedFiles } from '../server/levels.ts';
import { lockOn } from '../server/locks.ts';
import { followSource } from '../server/section-source.ts';
import { type Server, siteNamed, webConfigOf } from '../server/server.ts';
import type { Site, VirtualDirectory } from '../server/sites.ts';

/** Where a collection of an action is to stand. */
export interface Spot {
  /** The file that is edited. */
  readonly file: string;
  /** `path` of the `<location>` in it; empty: the file's own level. */
  readonly location: string;
  /** `undefined`: the server, above every site. */
  readonly site: Site | undefined;
  readonly level: string;
  readonly depth: number;
  /** IIS reads the file again at a level below, where the names would be there twice. */
  readonly renewed: boolean;
  /** Why not simply in the level's own `web.config`; for people. */
  readonly why?: string;
}

/** Why a collection cannot stand anywhere. */
export interface NoSpot {
  readonly state: 'unsupported' | 'prerequisite-missing';
  readonly reason: string;
}

/** Finds where a collection of an action stands on this server. Pure, but for reading files through the shelf. */
export function spotFor(server: Server, scope: RuleScope, collection: Collection, documents: Documents): Spot | NoSpot {
  if (scope.level === 'server') {
    const spot = { file: server.applicationHost, location: '', site: undefined, level: '/', depth: -1, renewed: false };
    return heldIn(server, spot, collection);
  }
  const site = siteNamed(server, scope.site);
  if (!site) {
    const known = server.sites.map(({ name }) => `"${name}"`).join(', ') || 'none';
    return {
      state: 'unsupported',
      reason: `there is no site "${scope.site}" in ${server.applicationHost}; there are ${known}`,
    };
  }
  const level = scope.level === 'site' ? '/' : normaliseLevel(scope.path);
  const directory = site.directories.findLast((one) => isWithin(level, one.level));
  if (!directory) return { state: 'unsupported', reason: `the site "${site.name}" has no root directory` };
  const file = webConfigAt(server, directory, level);
  if (file && typeof file !== 'string') return { state: 'unsupported', reason: file.problem };
  const problem = file === undefined ? undefined : server.shelf.get(file).problem;
  if (problem)
    return { state: 'prerequisite-missing', reason: `${problem.message}; correct it, nothing is changed before` };
  const why =
    file === undefined
      ? `${level} has no folder of its own`
      : reasonAgainst(server, site, level, file, collection, documents);
  if (why !== undefined || file === undefined) return inApplicationHost(server, site, level, collection, why);
  const again = standsAt(server, file).filter((one) => one.site === site && one.level !== level);
  return heldIn(
    server,
    { file, location: '', site, level, depth: depthOf(level), renewed: again.length > 0 },
    collection,
  );
}

/** The `web.config` of a level: its virtual directory's, or that of the folder below it; `undefined`: it has none. */
function webConfigAt(
  server: Server,
  directory: VirtualDirectory,
  level: string,
): string | { readonly problem: string } | undefined {
  const top = webConfigOf(server, directory);
  if (typeof top !== 'string') return top;
  const folder = path.dirname(top);
  if (!server.drive.isFolder(folder)) {
    return { problem: `the folder ${directory.physicalPath} of ${directory.level} is not there` };
  }
  if (directory.level.toLowerCase() === level.toLowerCase()) return top;
  if (!directory.subFolders) return undefined;
  const below = relativeTo(level, directory.level).split('/').reduce(server.drive.inside, folder);
  return server.drive.isFolder(below) ? server.drive.inside(below, 'web.config') : undefined;
}

/** Why IIS would not honour a section in this `web.config` just for this level. */
function reasonAgainst(
  server: Server,
  site: Site,
  level: string,
  file: string,
  collection: Collection,
  documents: Documents,
): string | undefined {
  const locked = lockOn(server, site, level, sectionOf(collection), documents);
  if (locked !== undefined) return locked;
  const elsewhere = standsAt(server, file).find((one) => one.site !== site || !isWithin(one.level, level));
  if (elsewhere) return `${file} is also that of ${elsewhere.site.name}${elsewhere.level}`;
  const root = documents(file)?.root;
  const closed = root && scopesOf(root, '').find((scope) => holdsBack(scope) && holdsSection(scope, collection));
  const hasChildren = site.directories.some((one) => one.application !== level && isWithin(one.application, level));
  if (!closed || !hasChildren) return undefined;
  return `the section stands in a <location inheritInChildApplications="false"> of ${file}, which keeps it from the applications below`;
}

function standsAt(server: Server, file: string): readonly { readonly site: Site; readonly level: string }[] {
  return server.sites.flatMap((site) =>
    placedFiles(server, site).flatMap((one) => (one.file === file ? [{ site, level: one.level }] : [])),
  );
}

type Scope = ReturnType<typeof scopesOf>[number];

function holdsBack(scope: Scope): boolean {
  return scope.attributes.get('inheritInChildApplications')?.value.toLowerCase() === 'false';
}

function holdsSection(scope: Scope, collection: Collection): boolean {
  const section = sectionOf(collection);
  return scope.elements.some(
    (group) =>
      group.name === 'system.webServer' &&
      group.elements.some((one) => one.name === 'rewrite' && one.elements.some((child) => child.name === section)),
  );
}

function inApplicationHost(
  server: Server,
  site: Site,
  level: string,
  collection: Collection,
  why: string | undefined,
): Spot | NoSpot {
  const section = sectionOf(collection);
  const declared = server.declared.get(section);
  if (declared && (!declared.inLocation || declared.allowDefinition === 'machineonly')) {
    return { state: 'unsupported', reason: `${why}, and ${section} may not stand in a <location> either` };
  }
  const location = level === '/' ? site.name : `${site.name}${level}`;
  const spot = { file: server.applicationHost, location, site, level, depth: depthOf(level), renewed: false };
  return heldIn(server, why === undefined ? spot : { ...spot, why }, collection);
}

/** A section that names a `configSource` is edited in that file. */
function heldIn(server: Server, spot: Spot, collection: Collection): Spot | NoSpot {
  const { base } = server.shelf.get(spot.file);
  if (!base) return spot;
  const section = pathFor(base.root, { location: spot.location, collection: sectionOf(collection) }).existing.at(-1);
  if (section?.name !== sectionOf(collection)) return spot;
  try {
    const { file } = followSource(server, spot.file, section);
    return file === spot.file ? spot : { ...spot, file, location: '', why: `${spot.file} keeps the section there` };
  } catch (error) {
    return { state: 'prerequisite-missing', reason: error instanceof Error ? error.message : String(error) };
  }
}
