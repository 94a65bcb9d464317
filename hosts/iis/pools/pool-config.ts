import type { HeldAction } from '@stopgap/agent';
import type { XmlElement } from '@stopgap/xml';
import { IisConfigError } from '../errors.ts';
import { sameName } from '../ours/place.ts';
import { standingIn } from '../ours/standing.ts';
import type { PlacedAddition } from '../rules/arrangement.ts';
import { followSource } from '../server/section-source.ts';
import type { Server } from '../server/server.ts';

/** An application pool as configured, without anything of ours. */
export interface ConfiguredPool {
  /** As it is spelt there. */
  readonly name: string;
  readonly file: string;
}

/** The pool of that name; `undefined`: there is none. Throws `IisConfigError` where its section is kept in a file that is broken. */
export function configuredPool(server: Server, name: string): ConfiguredPool | undefined {
  for (const section of sectionsIn(server.document.root)) {
    const { file, element } = followSource(server, server.applicationHost, section);
    const pool = poolIn(element, name);
    if (pool) return { name: pool.attributes.get('name')?.value ?? name, file };
  }
  return undefined;
}

/** Names of pools that something of ours in the files keeps from starting; none where their section cannot be read. */
export function heldPools(server: Server): readonly string[] {
  return sectionsIn(server.document.root).flatMap((section) => {
    const { document } = server.shelf.get(fileOf(server, section));
    const standing = document ? standingIn(document) : [];
    return standing.filter(({ path }) => path.at(-1)?.name === 'applicationPools').map(({ marker }) => marker.name);
  });
}

function fileOf(server: Server, section: XmlElement): string {
  try {
    return followSource(server, server.applicationHost, section).file;
  } catch (error) {
    if (error instanceof IisConfigError) return server.applicationHost;
    throw error;
  }
}

/** Whether a pool starts with the server or with a request, by a file that holds its section. */
export function startsByItself(root: XmlElement, name: string): boolean {
  const sections = root.name === 'applicationPools' ? [root] : sectionsIn(root);
  const pool = sections.map((section) => poolIn(section, name)).find((one) => one !== undefined);
  const says = (attribute: string) => pool?.attributes.get(attribute)?.value.toLowerCase();
  return says('autoStart') !== 'false' || says('startMode') === 'alwaysrunning';
}

function sectionsIn(root: XmlElement): readonly XmlElement[] {
  return root.elements
    .filter((child) => child.name === 'system.applicationHost')
    .flatMap((group) => group.elements.filter((child) => child.name === 'applicationPools'));
}

function poolIn(section: XmlElement, name: string): XmlElement | undefined {
  return section.elements.find(
    (child) => child.name === 'add' && sameName(child.attributes.get('name')?.value ?? '', name),
  );
}

/** What keeps a pool from starting by itself. */
export function poolAddition({ name, file }: ConfiguredPool, held: HeldAction): PlacedAddition {
  const owner = { mitigation: held.mitigation, revision: held.revision, index: held.index };
  const place = { location: '', collection: 'applicationPools' } as const;
  const values = [
    ['autoStart', 'false'],
    ['startMode', 'OnDemand'],
  ] as const;
  return { file, addition: { kind: 'set', owner, name, place, values } };
}
