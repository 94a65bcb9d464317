import type { XmlElement } from '@stopgap/xml';
import { RewriteError } from '../errors.ts';

/** The child elements by name, at most one of each; throws for unknown ones, repeated ones and stray text. */
export function childrenOnce(element: XmlElement, known: readonly string[]): ReadonlyMap<string, XmlElement> {
  const children = new Map<string, XmlElement>();
  for (const child of childrenOf(element, known)) {
    if (children.has(child.name)) {
      const message = `<${child.name}> may only appear once in <${element.name}>`;
      throw new RewriteError('duplicate-name', message, child.position);
    }
    children.set(child.name, child);
  }
  return children;
}

/** All child elements in order; throws for unknown ones (names are case-sensitive) and for stray text. */
export function childrenOf(element: XmlElement, known: readonly string[]): readonly XmlElement[] {
  if (element.text.trim() !== '') {
    throw new RewriteError('unknown-element', `<${element.name}> must not contain text`, element.position);
  }
  for (const child of element.elements) {
    if (known.includes(child.name)) continue;
    const close = known.find((name) => name.toLowerCase() === child.name.toLowerCase());
    const remedy = close ? `; names are case-sensitive, write ${close}` : `; known are ${known.join(', ') || 'none'}`;
    const message = `unrecognized element <${child.name}> in <${element.name}>${remedy}`;
    throw new RewriteError('unknown-element', message, child.position);
  }
  return element.elements;
}
