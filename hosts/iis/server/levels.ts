import { depthOf, isWithin, normaliseLevel } from '@stopgap/rewrite';
import type { XmlElement } from '@stopgap/xml';
import { IisConfigError } from '../errors.ts';
import { scopesOf } from '../ours/grow.ts';
import { type Collection, chainTo, locationKey } from '../ours/place.ts';
import type { Document } from '../text/document.ts';
import { followSource } from './section-source.ts';
import { type Server, webConfigOf } from './server.ts';
import type { Site } from './sites.ts';

/** A part of a file that speaks for one level of a site. */
export interface Layer {
  readonly file: string;
  /** As `<location path>` has it; empty: the file's own level. */
  readonly location: string;
  readonly level: string;
  /** The server itself is above every site's root. */
  readonly depth: number;
  /** The root, or the `<location>`. */
  readonly scope: XmlElement;
  /** Path of the application that the level belongs to. */
  readonly application: string;
  /** `false`: `inheritInChildApplications` keeps it from applications below. */
  readonly inherited: boolean;
}

/** A file with the level it stands at. */
export interface PlacedDocument {
  readonly file: string;
  readonly level: string;
}

/** Answers the document to look at for a file; `undefined`: none, or not readable. */
export type Documents = (file: string) => Document | undefined;

/** Every layer that can speak for a site, in the order in which IIS reads them. */
export function layersOf(
  server: Server,
  site: Site,
  documents: Documents,
  deeper: readonly PlacedDocument[] = [],
): readonly Layer[] {
  const host = documents(server.applicationHost) ?? server.document;
  const layers = hostLayers(server, site, host);
  for (const { file, level } of [...placedFiles(server, site), ...deeper]) {
    const document = documents(file);
    if (document?.root.name === 'configuration') layers.push(...fileLayers(site, file, level, document));
  }
  return layers.toSorted((a, b) => a.depth - b.depth);
}

/** The `web.config` files of a site's virtual directories, parents first. One file may stand at several levels. */
export function placedFiles(server: Server, site: Site): readonly PlacedDocument[] {
  return site.directories.flatMap((directory) => {
    const file = webConfigOf(server, directory);
    return typeof file === 'string' ? [{ file, level: directory.level }] : [];
  });
}

function hostLayers(server: Server, site: Site, { root }: Document): Layer[] {
  const paths = new Set(['', ...locationPaths(root)]);
  return [...paths].flatMap((location) => {
    const [name = '', ...rest] = location.split('/');
    if (location !== '' && name.toLowerCase() !== site.name.toLowerCase()) return [];
    const level = normaliseLevel(rest.join('/'));
    const depth = location === '' ? -1 : depthOf(level);
    return layersAt(site, { file: server.applicationHost, location, level, depth }, root);
  });
}

function fileLayers(site: Site, file: string, at: string, { root }: Document): readonly Layer[] {
  return [...new Set(['', ...locationPaths(root)])].flatMap((location) => {
    const level = normaliseLevel(`${at}/${location}`);
    return layersAt(site, { file, location, level, depth: depthOf(level) }, root);
  });
}

function layersAt(site: Site, at: Pick<Layer, 'file' | 'location' | 'level' | 'depth'>, root: XmlElement): Layer[] {
  const application = applicationOf(site, at.level);
  return scopesOf(root, at.location).map((scope) => {
    const says = scope === root ? undefined : scope.attributes.get('inheritInChildApplications')?.value;
    return { ...at, scope, application, inherited: says?.toLowerCase() !== 'false' };
  });
}

function locationPaths(root: XmlElement): readonly string[] {
  const all = root.elements
    .filter((child) => child.name === 'location')
    .map((child) => (child.attributes.get('path')?.value ?? '').replaceAll('\\', '/').replace(/^\/+|\/+$/g, ''));
  return all.filter((one) => locationKey(one) !== '');
}

/** Path of the application that a level of a site belongs to. */
export function applicationOf(site: Site, level: string): string {
  const covering = site.directories.filter((one) => one.level === one.application && isWithin(level, one.application));
  return covering.at(-1)?.application ?? '/';
}

/** Whether a layer says something about a level: it stands there or above, and is handed down that far. */
export function speaksFor(layer: Layer, site: Site, level: string): boolean {
  if (layer.depth < 0) return true;
  return isWithin(level, layer.level) && (layer.inherited || applicationOf(site, level) === layer.application);
}

/** The collection elements of a layer, `configSource` followed; what cannot be read is left out. */
export function collectionsOf(
  server: Server,
  layer: Layer,
  collection: Collection,
  documents: Documents,
): readonly XmlElement[] {
  const [group, ...names] = chainTo(collection);
  let elements = layer.scope.elements.filter((child) => child.name === group);
  for (const name of names) {
    elements = elements
      .flatMap((element) => element.elements.filter((child) => child.name === name))
      .flatMap((element) => followed(server, layer.file, element, documents));
  }
  return elements;
}

function followed(server: Server, file: string, element: XmlElement, documents: Documents): readonly XmlElement[] {
  try {
    const held = followSource(server, file, element);
    const document = held.file === file ? undefined : documents(held.file);
    return [document?.root ?? held.element];
  } catch (error) {
    if (!(error instanceof IisConfigError)) throw error;
    return [];
  }
}
