import type { XmlElement } from '@stopgap/xml';
import { RewriteError } from '../errors.ts';
import { readXmlOrRefuse } from '../parse/parse-rewrite.ts';
import { type ReadBeside, withSources } from './config-source.ts';
import { readSites, type Site } from './sites.ts';

/** Which kind of file a configuration came from. */
export type ConfigurationKind = 'rewrite' | 'web.config' | 'applicationHost.config';

/** A `<rewrite>` element with the path it stands at: of its `<location>`, relative to the file's own level; empty for that level itself. */
export interface LocatedRewrite {
  readonly path: string;
  readonly element: XmlElement;
}

/** What a file says about rewriting; all else in it is passed over. */
export interface ConfigurationFile {
  readonly kind: ConfigurationKind;
  /** In the order of the file. In an `applicationHost.config` a path begins with a site's name. */
  readonly rewrites: readonly LocatedRewrite[];
  /** The sites an `applicationHost.config` declares; those its locations name where it declares none. */
  readonly sites: readonly Site[];
}

/**
 * Reads a bare `<rewrite>`, a `web.config` or an `applicationHost.config` (told by its `system.applicationHost` section or its
 * `configSections`; `server` says so of a file that shows neither). `readBeside` gives the files that sections name as their `configSource`; without it they
 * are refused when the level is read.
 * Throws `RewriteError`: `not-xml`, `unknown-element` for any other document, `duplicate-name` for a section that stands twice at one place.
 */
export function readConfigurationFile(
  input: string | Uint8Array,
  readBeside?: ReadBeside,
  server = false,
): ConfigurationFile {
  const file = readKind(readXmlOrRefuse(input), server);
  refuseRepeatedSections(file.rewrites);
  if (!readBeside) return file;
  const rewrites = file.rewrites.map(({ path, element }) => ({ path, element: withSources(element, readBeside) }));
  return { ...file, rewrites };
}

function readKind(root: XmlElement, told: boolean): ConfigurationFile {
  if (root.name === 'rewrite') return { kind: 'rewrite', rewrites: [{ path: '', element: root }], sites: [] };
  if (root.name !== 'configuration') {
    const message = `expected <rewrite> or <configuration>, found <${root.name}>`;
    throw new RewriteError('unknown-element', message, root.position);
  }
  const host = root.elements.find((child) => child.name === 'system.applicationHost');
  const server = told || host !== undefined || declaresServerSections(root);
  const locations = root.elements.filter((child) => child.name === 'location').flatMap(located);
  const sites = host ? readSites(host) : [];
  return {
    kind: server ? 'applicationHost.config' : 'web.config',
    rewrites: [...rewritesIn(root, ''), ...locations],
    sites: server && sites.length === 0 ? sitesOf(locations) : sites,
  };
}

/** A file that declares no sites (an excerpt, say) has those that its locations name. */
function sitesOf(locations: readonly LocatedRewrite[]): readonly Site[] {
  const names = locations.map(({ path }) => path.split('/')[0] ?? '').filter((name) => name !== '');
  const first = new Map(names.toReversed().map((name) => [name.toLowerCase(), name]));
  return [...first.values()].toReversed().map((name) => ({ name, bindings: [] }));
}

/** A section group may be opened again, a section may not: IIS answers 500.19 ("sections must only appear once per config file"). */
function refuseRepeatedSections(rewrites: readonly LocatedRewrite[]): void {
  const first = new Map<string, XmlElement>();
  for (const { path, element } of rewrites) {
    for (const section of element.elements) {
      const key = `${path.toLowerCase()} ${section.name}`;
      const before = first.get(key);
      if (before && before !== section && !element.elements.includes(before)) {
        const message = `<${section.name}> stands twice for the same place, first in line ${before.position.line}; make one of them`;
        throw new RewriteError('duplicate-name', message, section.position);
      }
      first.set(key, section);
    }
  }
}

/** Only `applicationHost.config` declares the groups that web servers' sections live in. */
function declaresServerSections(root: XmlElement): boolean {
  return root.elements.some(
    (child) =>
      child.name === 'configSections' &&
      child.elements.some((group) => group.attributes.get('name')?.value === 'system.applicationHost'),
  );
}

function located(location: XmlElement): readonly LocatedRewrite[] {
  const path = location.attributes.get('path')?.value ?? '';
  return rewritesIn(location, path === '.' ? '' : path.replaceAll('\\', '/').replace(/^\/+|\/+$/g, ''));
}

function rewritesIn(parent: XmlElement, path: string): readonly LocatedRewrite[] {
  return parent.elements
    .filter((child) => child.name === 'system.webServer')
    .flatMap((section) => section.elements.filter((child) => child.name === 'rewrite'))
    .map((element) => ({ path, element }));
}
