import type { XmlElement } from '@stopgap/xml';
import { chainTo, itemNames, type Section } from '../ours/place.ts';
import { type Documents, type Layer, layersOf, speaksFor } from './levels.ts';
import type { Server } from './server.ts';
import type { Site } from './sites.ts';

/** Why a section may not stand in the `web.config` of a level; `undefined`: it may. */
export function lockOn(
  server: Server,
  site: Site,
  level: string,
  section: Section,
  documents: Documents,
): string | undefined {
  const declared = server.declared.get(section);
  const definition = declared?.allowDefinition ?? 'everywhere';
  const name = `system.webServer/rewrite/${section}`;
  if (definition === 'machinetoapplication') {
    const isApplication = site.directories.some((one) => one.level === level && one.application === level);
    if (!isApplication) return `${name} may be set for whole applications only`;
  } else if (definition !== 'everywhere') return `${name} may be set in applicationHost.config only`;
  let locked: string | undefined = declared?.locked ? `${name} is locked by overrideModeDefault="Deny"` : undefined;
  for (const layer of layersOf(server, site, documents)) {
    if (!speaksFor(layer, site, level) || isOwnFile(layer, level, server)) continue;
    const mode = overrideMode(layer);
    if (!mode || !holds(layer, section)) continue;
    const where = `<location path="${layer.location}">`;
    locked = mode === 'deny' ? `${name} is locked by ${where} of ${layer.file}` : undefined;
  }
  return locked;
}

/** A file cannot lock itself. */
function isOwnFile(layer: Layer, level: string, server: Server): boolean {
  return layer.file !== server.applicationHost && layer.level === level && layer.location === '';
}

function overrideMode({ scope }: Layer): 'deny' | 'allow' | undefined {
  if (scope.name !== 'location') return undefined;
  const mode = scope.attributes.get('overrideMode')?.value.toLowerCase();
  if (mode === 'deny' || mode === 'allow') return mode;
  const older = scope.attributes.get('allowOverride')?.value.toLowerCase();
  return older === undefined ? undefined : older === 'false' ? 'deny' : 'allow';
}

/**
 * Why no element may be added to a section at a place: `lockItem`, `lockElements` or `lockAllElementsExcept` of a layer that
 * IIS reads before it. `at.depth` is that of the place; between two depths: behind all of the lower one, in the level's own file.
 */
export function elementLock(
  server: Server,
  site: Site,
  at: { readonly level: string; readonly depth: number },
  section: Section,
  documents: Documents,
): string | undefined {
  for (const layer of layersOf(server, site, documents)) {
    const before =
      layer.depth < Math.floor(at.depth) || (layer.depth < at.depth && layer.file === server.applicationHost);
    if (!before || !speaksFor(layer, site, at.level)) continue;
    const locking = sectionsIn(layer, section).find((one) => locksElements(one, itemNames[section]));
    if (locking)
      return `${layer.file}:${locking.position.line}: <${section}> is locked there by an attribute; take that out`;
  }
  return undefined;
}

/** Whether no more elements of that name may be added to a section. */
function locksElements(section: XmlElement, item: string): boolean {
  const says = (name: string) => section.attributes.get(name)?.value;
  const listed = (value: string) => value.split(',').map((one) => one.trim());
  if (says('lockItem')?.toLowerCase() === 'true') return true;
  if (listed(says('lockElements') ?? '').some((one) => one === item || one === '*')) return true;
  const except = says('lockAllElementsExcept');
  return except !== undefined && !listed(except).includes(item);
}

function holds(layer: Layer, section: Section): boolean {
  return sectionsIn(layer, section).length > 0;
}

function sectionsIn({ scope }: Layer, section: Section): readonly XmlElement[] {
  let found: readonly XmlElement[] = [scope];
  for (const name of chainTo(section))
    found = found.flatMap((one) => one.elements.filter((child) => child.name === name));
  return found;
}
