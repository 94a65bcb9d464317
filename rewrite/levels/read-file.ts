import type { XmlElement } from '@stopgap/xml';
import { RewriteError } from '../errors.ts';
import { readXmlOrRefuse } from '../parse/parse-rewrite.ts';
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
  /** The sites an `applicationHost.config` declares. */
  readonly sites: readonly Site[];
}

/**
 * Reads a bare `<rewrite>`, a `web.config` or an `applicationHost.config` (told by its `system.applicationHost` section or its
 * `configSections`). Throws `RewriteError`: `not-xml`, or `unknown-element` for any other document.
 */
export function readConfigurationFile(input: string | Uint8Array): ConfigurationFile {
  const root = readXmlOrRefuse(input);
  if (root.name === 'rewrite') return { kind: 'rewrite', rewrites: [{ path: '', element: root }], sites: [] };
  if (root.name !== 'configuration') {
    const message = `expected <rewrite> or <configuration>, found <${root.name}>`;
    throw new RewriteError('unknown-element', message, root.position);
  }
  const host = root.elements.find((child) => child.name === 'system.applicationHost');
  const server = host !== undefined || declaresServerSections(root);
  return {
    kind: server ? 'applicationHost.config' : 'web.config',
    rewrites: [...rewritesIn(root, ''), ...root.elements.filter((child) => child.name === 'location').flatMap(located)],
    sites: host ? readSites(host) : [],
  };
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
