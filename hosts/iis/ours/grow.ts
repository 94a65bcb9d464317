import type { XmlElement } from '@stopgap/xml';
import type { Document } from '../text/document.ts';
import { tagOf } from '../text/tags.ts';
import type { Addition } from './addition.ts';
import { chainTo, locationKey, type Place } from './place.ts';

/** An element as it is to be: there already (`element`), or to be made. */
export interface Growing {
  readonly name: string;
  /** Of a `<location>` that is to be made. */
  readonly location: string;
  readonly element: XmlElement | undefined;
  readonly children: Growing[];
  readonly additions: Addition[];
}

/** The elements that additions lead to, from the root on, each once. Pure. */
export function growthOf(document: Document, additions: readonly Addition[]): Growing {
  const root: Growing = { name: document.root.name, location: '', element: document.root, children: [], additions: [] };
  for (const addition of additions) walk(document, root, addition).additions.push(addition);
  return root;
}

function walk(document: Document, root: Growing, { place }: Addition): Growing {
  const { existing, missing } = pathFor(document.root, place);
  let at = root;
  for (const element of existing) at = childOf(at, element.name, element, '');
  for (const name of missing) at = childOf(at, name, undefined, name === 'location' ? place.location : '');
  return at;
}

function childOf(parent: Growing, name: string, element: XmlElement | undefined, location: string): Growing {
  const known = parent.children.find((child) =>
    element ? child.element === element : !child.element && child.name === name && child.location === location,
  );
  if (known) return known;
  const grown: Growing = { name, location, element, children: [], additions: [] };
  parent.children.push(grown);
  return grown;
}

/** Below the root: the elements that lead to a collection as far as they are there, and the names of those that are not. */
export interface PathTo {
  readonly existing: readonly XmlElement[];
  readonly missing: readonly string[];
}

/**
 * Where a collection stands in a file, or would best be put. A section may stand once for each level, so one that is there
 * decides. A file that `configSource` names has the section itself for its root.
 */
export function pathFor(root: XmlElement, { location, collection }: Place): PathTo {
  const chain = chainTo(collection);
  const own = chain.indexOf(root.name);
  if (own >= 0) return divided([], stepsDown(root, chain.slice(own + 1)), chain.slice(own + 1));
  const found = scopesOf(root, location).map((scope) => ({ scope, steps: stepsDown(scope, chain) }));
  const open = found.filter(({ scope }) => scope === root || isOpen(scope));
  const best = found.find(({ steps }) => steps.length >= 3) ?? open.find(({ steps }) => steps.length === 2) ?? open[0];
  if (!best) return { existing: [], missing: ['location', ...chain] };
  return divided(best.scope === root ? [] : [best.scope], best.steps, chain);
}

function divided(before: readonly XmlElement[], steps: readonly XmlElement[], chain: readonly string[]): PathTo {
  return { existing: [...before, ...steps], missing: chain.slice(steps.length) };
}

/** Elements that speak for a level of a file: the root for its own, and each `<location>` with that path. */
export function scopesOf(root: XmlElement, location: string): readonly XmlElement[] {
  const wanted = locationKey(location);
  const locations = root.elements.filter(
    (child) => child.name === 'location' && locationKey(child.attributes.get('path')?.value) === wanted,
  );
  return wanted === '' ? [root, ...locations] : locations;
}

/** Whether more may be put into a `<location>` without locking it, or keeping it from the applications below. */
function isOpen(location: XmlElement): boolean {
  const says = (name: string) => location.attributes.get(name)?.value.toLowerCase();
  return (
    says('overrideMode') !== 'deny' &&
    says('allowOverride') !== 'false' &&
    says('inheritInChildApplications') !== 'false'
  );
}

function stepsDown(scope: XmlElement, chain: readonly string[]): readonly XmlElement[] {
  const [name, ...rest] = chain;
  const candidates = scope.elements
    .filter((child) => child.name === name)
    .map((child) => [child, ...stepsDown(child, rest)]);
  return candidates.reduce((best, one) => (one.length > best.length ? one : best), []);
}

/** How an element stands in its text, for putting something into it. */
export function formOf(text: string, element: XmlElement): 'open' | 'empty' | 'closed' {
  const { selfClosing, opened, closing } = tagOf(text, element);
  if (selfClosing) return 'closed';
  return opened === closing ? 'empty' : 'open';
}
