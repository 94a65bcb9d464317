import type { XmlElement } from '@stopgap/xml';
import { type Comment, commentsIn } from '../text/comments.ts';
import type { Document } from '../text/document.ts';
import { type Marker, parseMarker } from './marker.ts';
import { sameName } from './place.ts';

/** Something of ours as it stands in a file. */
export interface Standing {
  readonly marker: Marker;
  readonly comment: Comment;
  /** The elements around it, the outermost first. */
  readonly path: readonly XmlElement[];
  /** The element that it names, and the `<remove>` in front of it if there is one; `undefined`: somebody took it away. */
  readonly item: XmlElement | undefined;
  readonly remove: XmlElement | undefined;
}

/** All that our markers name, in the order of the file. */
export function standingIn({ text, root }: Document): readonly Standing[] {
  const claimed = new Set<XmlElement>();
  return commentsIn(text).flatMap((comment) => {
    const marker = parseMarker(comment.inside);
    if (!marker) return [];
    const path = pathTo(root, comment.start);
    const parent = path.at(-1);
    const siblings = parent?.elements.filter((one) => !claimed.has(one) && named(one, marker.name)) ?? [];
    const next = parent?.elements.find((one) => one.start >= comment.end);
    const remove = next?.name === 'remove' && siblings.includes(next) ? next : undefined;
    const items = siblings.filter((one) => one.name !== 'remove');
    const item = items.find((one) => one.start >= comment.end) ?? items[0];
    for (const one of [item, remove]) if (one) claimed.add(one);
    return [{ marker, comment, path, item, remove }];
  });
}

function named(element: XmlElement, name: string): boolean {
  const own = element.attributes.get('name')?.value;
  return own !== undefined && sameName(own, name);
}

function pathTo(root: XmlElement, offset: number): readonly XmlElement[] {
  const path: XmlElement[] = [];
  let inside: XmlElement | undefined = root.start < offset && offset < root.end ? root : undefined;
  while (inside) {
    path.push(inside);
    inside = inside.elements.find((child) => child.start < offset && offset < child.end);
  }
  return path;
}
