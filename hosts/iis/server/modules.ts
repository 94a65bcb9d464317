import { isWithin } from '@stopgap/rewrite';
import type { XmlElement } from '@stopgap/xml';
import { layersOf, speaksFor } from './levels.ts';
import type { Server } from './server.ts';
import type { Site } from './sites.ts';

/** Whether the URL Rewrite module takes part: `absent` was never installed, `off` is loaded but in no list of modules. */
export function rewriteModule(root: XmlElement): 'there' | 'absent' | 'off' {
  const scopes = [root, ...root.elements.filter((child) => child.name === 'location')];
  const holds = (section: string, among: readonly XmlElement[]) =>
    among.some((scope) => listsIn(scope, section).some((list) => list.elements.some(addsRewrite)));
  if (!holds('globalModules', [root])) return 'absent';
  return holds('modules', scopes) ? 'there' : 'off';
}

/** Where the module is taken out of a level, so that no rule runs there; `undefined`: it is not. */
export function moduleTakenOut(server: Server, site: Site, level: string): string | undefined {
  const covering = site.directories.filter((one) => isWithin(level, one.level));
  const layers = layersOf(server, { ...site, directories: covering }, (file) => server.shelf.get(file).base);
  let out: string | undefined;
  for (const layer of layers.filter((one) => speaksFor(one, site, level))) {
    for (const child of listsIn(layer.scope, 'modules').flatMap((list) => list.elements)) {
      if (child.name === 'clear' || (child.name === 'remove' && isRewrite(child))) {
        out = `${layer.file}:${child.position.line}`;
      } else if (addsRewrite(child)) out = undefined;
    }
  }
  return out;
}

function listsIn(scope: XmlElement, section: string): readonly XmlElement[] {
  return scope.elements
    .filter((child) => child.name === 'system.webServer')
    .flatMap((group) => group.elements.filter((child) => child.name === section));
}

function addsRewrite(element: XmlElement): boolean {
  return element.name === 'add' && isRewrite(element);
}

function isRewrite(element: XmlElement): boolean {
  return element.attributes.get('name')?.value.toLowerCase() === 'rewritemodule';
}
