import path from 'node:path';
import type { RuleScope } from '@stopgap/mitigation';
import { depthOf, isWithin, normaliseLevel, relativeTo } from '@stopgap/rewrite';
import { pathFor } from '../ours/grow.ts';
import { type Collection, sectionOf } from '../ours/place.ts';
import type { Documents } from '../server/levels.ts';
import { elementLock } from '../server/locks.ts';
import { moduleTakenOut } from '../server/modules.ts';
import { followSource } from '../server/section-source.ts';
import { type Server, siteNamed, webConfigOf } from '../server/server.ts';
import type { Site, VirtualDirectory } from '../server/sites.ts';
import { reasonAgainst, standsAt } from './objections.ts';

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
    const reason = `there is no site "${scope.site}" in ${server.applicationHost}; there are ${known}`;
    return { state: 'unsupported', reason };
  }
  const level = scope.level === 'site' ? '/' : normaliseLevel(scope.path);
  const directory = site.directories.findLast((one) => isWithin(level, one.level));
  if (!directory) return { state: 'unsupported', reason: `the site "${site.name}" has no root directory` };
  const file = usableFile(server, directory);
  if (typeof file !== 'string') return file;
  const out = moduleTakenOut(server, site, level);
  if (out !== undefined) {
    const reason = `${out} takes RewriteModule out of the modules of ${site.name}${level}, so that no rule runs there`;
    return { state: 'prerequisite-missing', reason: `${reason}; put it back` };
  }
  const at = { site, level, depth: depthOf(level) };
  const location = relativeTo(level, directory.level);
  const inFile = level.toLowerCase() === directory.level.toLowerCase() ? '' : location;
  const why = reasonAgainst(server, { ...at, file, location: inFile }, collection, documents);
  if (why !== undefined) return inApplicationHost(server, at, collection, why, documents);
  const renewed = standsAt(server, file).length > 1;
  return heldIn(server, { ...at, file, location: inFile, renewed }, collection);
}

/** The `web.config` of a virtual directory, there already or to be made. */
function usableFile(server: Server, directory: VirtualDirectory): string | NoSpot {
  const file = webConfigOf(server, directory);
  if (typeof file !== 'string') return { state: 'unsupported', reason: file.problem };
  if (!server.drive.isFolder(path.dirname(file))) {
    const folder = path.dirname(file);
    const reason = `the folder ${directory.physicalPath} of ${directory.level} is not there (looked for ${folder})`;
    const remedy = directory.physicalPath.includes('%')
      ? '; if a variable is another here, name it under "variables"'
      : '';
    return { state: 'prerequisite-missing', reason: `${reason}; IIS answers 500.19 until it is${remedy}` };
  }
  const { problem } = server.shelf.get(file);
  if (!problem) return file;
  return { state: 'prerequisite-missing', reason: `${problem.message}; correct it, nothing is changed before` };
}

/** A `<location>` of `applicationHost.config` speaks for a level before the level's own `web.config` does. */
function inApplicationHost(
  server: Server,
  at: Pick<Spot, 'level' | 'depth'> & { readonly site: Site },
  collection: Collection,
  why: string,
  documents: Documents,
): Spot | NoSpot {
  const section = sectionOf(collection);
  const declared = server.declared.get(section);
  if (declared && (!declared.inLocation || declared.allowDefinition === 'machineonly')) {
    return { state: 'unsupported', reason: `${why}, and ${section} may not stand in a <location> either` };
  }
  const locked = elementLock(server, at.site, at, section, documents);
  if (locked !== undefined) return { state: 'unsupported', reason: locked };
  const location = at.level === '/' ? at.site.name : `${at.site.name}${at.level}`;
  return heldIn(server, { ...at, file: server.applicationHost, location, renewed: false, why }, collection);
}

/** A section that names a `configSource` is edited in that file. */
function heldIn(server: Server, spot: Spot, collection: Collection): Spot | NoSpot {
  const { base } = server.shelf.get(spot.file);
  if (!base) return spot;
  const section = pathFor(base.root, { location: spot.location, collection: sectionOf(collection) }).existing.at(-1);
  if (section?.name !== sectionOf(collection)) return spot;
  if (section.attributes.has('configProtectionProvider')) {
    const reason = `${spot.file}:${section.position.line}: <${section.name}> is encrypted, so nobody can tell what is in it`;
    return { state: 'prerequisite-missing', reason: `${reason}; decrypt the section` };
  }
  try {
    const { file } = followSource(server, spot.file, section);
    return file === spot.file ? spot : { ...spot, file, location: '', why: `${spot.file} keeps the section there` };
  } catch (error) {
    return { state: 'prerequisite-missing', reason: error instanceof Error ? error.message : String(error) };
  }
}
