import { normaliseLevel } from '@stopgap/rewrite';
import type { XmlElement } from '@stopgap/xml';

/** A virtual directory, those of applications' roots included: a level with a `web.config` of its own. */
export interface VirtualDirectory {
  /** From the site's root, e.g. `/owa/auth`. */
  readonly level: string;
  /** Path of the application it belongs to, `/` for the site's own. */
  readonly application: string;
  /** As configured, with variables. */
  readonly physicalPath: string;
  /** Whether IIS reads `web.config` files in the folders below. */
  readonly subFolders: boolean;
}

/** `address:port:host` of an http or https binding. */
export interface SiteBinding {
  readonly scheme: 'http' | 'https';
  /** `*` for all. */
  readonly address: string;
  readonly port: number;
  /** Empty: any. */
  readonly host: string;
}

/** A site as `applicationHost.config` declares it. */
export interface Site {
  readonly name: string;
  readonly startsByItself: boolean;
  readonly bindings: readonly SiteBinding[];
  /** Parents before their children. */
  readonly directories: readonly VirtualDirectory[];
}

/** Reads the `<sites>` section, defaults of `<virtualDirectoryDefaults>` filled in. Pure. */
export function sitesOf(section: XmlElement | undefined): readonly Site[] {
  if (!section) return [];
  const defaults = section.elements.find((child) => child.name === 'virtualDirectoryDefaults');
  return section.elements.filter((child) => child.name === 'site').map((site) => siteOf(site, defaults));
}

function siteOf(site: XmlElement, defaults: XmlElement | undefined): Site {
  const directories = site.elements
    .filter((child) => child.name === 'application')
    .flatMap((application) => directoriesOf(application, [site, application].map(vdirDefaults), defaults));
  return {
    name: attribute(site, 'name') ?? '',
    startsByItself: attribute(site, 'serverAutoStart')?.toLowerCase() !== 'false',
    bindings: site.elements
      .filter((child) => child.name === 'bindings')
      .flatMap((list) => list.elements.filter((child) => child.name === 'binding'))
      .flatMap(bindingOf),
    directories: directories.toSorted((a, b) => depth(a.level) - depth(b.level)),
  };
}

function directoriesOf(
  application: XmlElement,
  nearer: readonly (XmlElement | undefined)[],
  defaults: XmlElement | undefined,
): readonly VirtualDirectory[] {
  const path = normaliseLevel(attribute(application, 'path') ?? '/');
  return application.elements
    .filter((child) => child.name === 'virtualDirectory')
    .map((directory) => {
      const says = [directory, ...nearer.toReversed(), defaults].map(
        (one) => one && attribute(one, 'allowSubDirConfig'),
      );
      return {
        level: normaliseLevel(`${path}/${attribute(directory, 'path') ?? '/'}`),
        application: path,
        physicalPath: attribute(directory, 'physicalPath') ?? '',
        subFolders: says.find((value) => value !== undefined)?.toLowerCase() !== 'false',
      };
    });
}

function vdirDefaults(parent: XmlElement): XmlElement | undefined {
  return parent.elements.find((child) => child.name === 'virtualDirectoryDefaults');
}

function bindingOf(binding: XmlElement): readonly SiteBinding[] {
  const scheme = attribute(binding, 'protocol')?.toLowerCase();
  const parts = /^(.*):(\d+):([^:]*)$/.exec(attribute(binding, 'bindingInformation') ?? '');
  if ((scheme !== 'http' && scheme !== 'https') || !parts) return [];
  const [, address = '', port, host = ''] = parts;
  return [{ scheme, address: address.trim() || '*', port: Number(port), host: host.trim().toLowerCase() }];
}

function attribute(element: XmlElement, name: string): string | undefined {
  return element.attributes.get(name)?.value;
}

function depth(level: string): number {
  return level === '/' ? 0 : level.split('/').length - 1;
}
