import { chainTo, type Section } from '../ours/place.ts';
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

function holds({ scope }: Layer, section: Section): boolean {
  let elements = scope.elements;
  for (const name of chainTo(section)) {
    const found = elements.filter((child) => child.name === name);
    if (found.length === 0) return false;
    elements = found.flatMap((child) => child.elements);
  }
  return true;
}
