import type { XmlElement } from '@stopgap/xml';
import { type Collection, itemNames } from '../ours/place.ts';
import { collectionsOf, type Documents, type Layer, speaksFor } from './levels.ts';
import type { Server } from './server.ts';
import type { Site } from './sites.ts';

/** A named item of a collection, with the layer that adds it. */
export interface NamedItem {
  readonly name: string;
  readonly element: XmlElement;
  readonly layer: Layer;
}

/** What a level of a site has of a collection. */
export interface Inherited {
  /** In the order in which IIS has them. */
  readonly items: readonly NamedItem[];
  /** Names added while they were there already: IIS answers 500.19 for the whole level. */
  readonly duplicates: readonly NamedItem[];
}

/** Everything that inheritance is worked out from. */
export interface SiteView {
  readonly server: Server;
  readonly site: Site;
  readonly layers: readonly Layer[];
  readonly documents: Documents;
}

/** Merges a collection over all layers that speak for a level, `<clear/>` and `<remove>` in the order they stand. Pure. */
export function inheritedAt(view: SiteView, collection: Collection, level: string): Inherited {
  let items: NamedItem[] = [];
  const duplicates: NamedItem[] = [];
  for (const { layer, element } of stepsAt(view, collection, level)) {
    const name = element.attributes.get('name')?.value ?? '';
    const key = name.toLowerCase();
    if (element.name === 'clear') items = [];
    else if (element.name === 'remove') items = items.filter((item) => item.name.toLowerCase() !== key);
    else if (element.name === itemNames[collection]) {
      const item = { name, element, layer };
      if (items.some((one) => one.name.toLowerCase() === key)) duplicates.push(item);
      else items.push(item);
    }
  }
  return { items, duplicates };
}

/**
 * The item below a level that a new name there would collide with: inherited down to it, and added again. `undefined`:
 * the name can be added at the level without harm below.
 */
export function collisionBelow(
  view: SiteView,
  collection: Collection,
  at: { readonly level: string; readonly depth: number },
  name: string,
): NamedItem | undefined {
  const key = name.toLowerCase();
  const levels = new Set(view.layers.filter((layer) => layer.depth > at.depth).map((layer) => layer.level));
  for (const level of levels) {
    let there = true;
    for (const { layer, element } of stepsAt(view, collection, level)) {
      if (layer.depth <= at.depth) continue;
      const own = element.attributes.get('name')?.value ?? '';
      const same = own.toLowerCase() === key;
      if (element.name === 'clear' || (element.name === 'remove' && same)) there = false;
      else if (there && same && element.name === itemNames[collection]) return { name: own, element, layer };
    }
  }
  return undefined;
}

function stepsAt(
  { server, site, layers, documents }: SiteView,
  collection: Collection,
  level: string,
): readonly { readonly layer: Layer; readonly element: XmlElement }[] {
  return layers
    .filter((layer) => speaksFor(layer, site, level))
    .flatMap((layer) =>
      collectionsOf(server, layer, collection, documents).flatMap((element) =>
        element.elements.map((child) => ({ layer, element: child })),
      ),
    );
}
