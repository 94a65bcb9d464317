import path from 'node:path';
import type { Drive } from '../drive/drive.ts';
import { IisConfigError } from '../errors.ts';
import type { Section } from '../ours/place.ts';
import type { Document } from '../text/document.ts';
import { type DeclaredSection, declaredSections } from './declared-sections.ts';
import { rewriteModule } from './modules.ts';
import { followSource } from './section-source.ts';
import type { Shelf } from './shelf.ts';
import { type Site, sitesOf, type VirtualDirectory } from './sites.ts';

/** An IIS as its configuration describes it. */
export interface Server {
  readonly shelf: Shelf;
  readonly drive: Drive;
  /** Path of `applicationHost.config`. */
  readonly applicationHost: string;
  /** Without anything of ours. */
  readonly document: Document;
  readonly sites: readonly Site[];
  readonly declared: ReadonlyMap<Section, DeclaredSection>;
  readonly module: ReturnType<typeof rewriteModule>;
}

/** Where IIS keeps `applicationHost.config` unless it is shared among servers. */
export const usualPlace = '%windir%\\System32\\inetsrv\\config\\applicationHost.config';

/** Reads the server. Throws `IisConfigError` naming the file, line and column. */
export function readServer(drive: Drive, shelf: Shelf, configured: string | undefined): Server {
  const applicationHost = configured === undefined ? redirected(drive, shelf) : locate(drive, configured);
  const { base, problem, state } = shelf.get(applicationHost);
  if (problem) throw problem;
  if (!base) {
    const why = state ? 'there is nothing in it but what Stopgap put there' : 'there is no such file; is this IIS?';
    throw new IisConfigError('file-missing', applicationHost, undefined, why);
  }
  const { root } = base;
  if (root.name !== 'configuration') {
    const message = `expected <configuration>, found <${root.name}>`;
    throw new IisConfigError('not-configuration', applicationHost, root.position, message);
  }
  const sections = root.elements
    .filter((child) => child.name === 'system.applicationHost')
    .flatMap((group) => group.elements.filter((child) => child.name === 'sites'));
  const sites = sections.flatMap((section) => {
    const { element } = followSource({ drive, shelf }, applicationHost, section);
    return sitesOf(element);
  });
  const server = { shelf, drive, applicationHost, document: base, sites };
  return { ...server, declared: declaredSections(root), module: rewriteModule(root) };
}

/** Shared configuration: `redirection.config` beside it says where the one in force is. */
function redirected(drive: Drive, shelf: Shelf): string {
  const usual = locate(drive, usualPlace);
  const file = drive.inside(path.dirname(usual), 'redirection.config');
  const { document, problem } = shelf.get(file);
  if (problem) throw problem;
  const redirection = document?.root.elements.find((child) => child.name === 'configurationRedirection');
  if (redirection?.attributes.get('enabled')?.value.toLowerCase() !== 'true') return usual;
  const folder = redirection.attributes.get('path')?.value ?? '';
  return locate(drive, `${folder.replace(/[\\/]+$/, '')}\\applicationHost.config`, file);
}

function locate(drive: Drive, windowsPath: string, namedBy = windowsPath): string {
  if (!/^[A-Za-z]:|^%|^\\/.test(windowsPath) && path.isAbsolute(windowsPath)) return windowsPath;
  const found = drive.find(windowsPath);
  if (typeof found === 'string') return found;
  throw new IisConfigError('path-elsewhere', namedBy, undefined, found.problem.replace(`${namedBy} `, ''));
}

/** The site of that name, in any letter case. */
export function siteNamed(server: Server, name: string): Site | undefined {
  return server.sites.find((site) => site.name.toLowerCase() === name.toLowerCase());
}

/** The `web.config` of a virtual directory, or why it has none that can be read. */
export function webConfigOf(
  { drive }: Server,
  { physicalPath }: VirtualDirectory,
): string | { readonly problem: string } {
  return drive.find(`${physicalPath.replace(/[\\/]+$/, '')}\\web.config`);
}
