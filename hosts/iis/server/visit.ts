import type { XmlElement } from '@stopgap/xml';
import { IisConfigError } from '../errors.ts';
import { placedFiles } from './levels.ts';
import { followSource } from './section-source.ts';
import type { Server } from './server.ts';

/** Reads every file in which something of ours can stand: each site's, and those that a section of rules is kept in. */
export function visitAll(server: Server): void {
  const files = server.sites.flatMap((site) => placedFiles(server, site).map(({ file }) => file));
  for (const file of new Set([server.applicationHost, ...files])) {
    for (const section of keptElsewhere(server, file)) tryToFollow(server, file, section);
  }
}

/** Sections of rules in a file that name another file which holds them. */
function keptElsewhere({ shelf }: Server, file: string): readonly XmlElement[] {
  const shelved = shelf.get(file);
  if (!shelved.mentions('configSource') || !shelved.mentions('rewrite')) return [];
  const root = shelved.document?.root;
  const scopes = root ? [root, ...root.elements.filter((child) => child.name === 'location')] : [];
  return scopes
    .flatMap((scope) => scope.elements.filter((child) => child.name === 'system.webServer'))
    .flatMap((group) => group.elements.filter((child) => child.name === 'rewrite'))
    .flatMap((rewrite) => rewrite.elements.filter((child) => child.attributes.has('configSource')));
}

/** The `web.config` and the like that name this file as the one that keeps a section. */
export function filesNaming(server: Server, kept: string): readonly string[] {
  const files = server.sites.flatMap((site) => placedFiles(server, site).map(({ file }) => file));
  return [...new Set([server.applicationHost, ...files])].filter((file) =>
    keptElsewhere(server, file).some((section) => tryToFollow(server, file, section) === kept),
  );
}

function tryToFollow(server: Server, file: string, section: XmlElement): string | undefined {
  try {
    return followSource(server, file, section).file;
  } catch (error) {
    if (error instanceof IisConfigError) return undefined;
    throw error;
  }
}
