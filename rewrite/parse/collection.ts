import type { XmlElement } from '@stopgap/xml';
import { RewriteError } from '../errors.ts';
import type { InheritanceEdit } from '../model.ts';
import { Attributes } from './attributes.ts';
import { childrenOf } from './elements.ts';

/** Items of a collection, and what it does to the items handed down from the level above. */
export interface Collection<T> {
  readonly items: readonly T[];
  readonly edits: readonly InheritanceEdit[];
}

/** How one kind of collection is read. */
export interface CollectionShape<T> {
  /** Name of the element that adds an item. */
  readonly add: string;
  /** Name of the attribute that identifies an item. */
  readonly key: string;
  /** Whether keys that differ only in letter case are different; IIS compares them without case unless the schema says so. */
  readonly caseSensitive?: boolean;
  /** Other elements that may stand inside, read elsewhere. */
  readonly besides?: readonly string[];
  keyOf(item: T): string;
  read(element: XmlElement): T;
}

/** Reads add, `<clear/>` and `<remove/>` in order. Throws `duplicate-name` for a key that is there already. */
export function readCollection<T>(element: XmlElement | undefined, shape: CollectionShape<T>): Collection<T> {
  if (!element) return { items: [], edits: [] };
  const items = new Map<string, T>();
  const edits: InheritanceEdit[] = [];
  const fold = (key: string) => (shape.caseSensitive ? key : key.toLowerCase());
  for (const child of childrenOf(element, [shape.add, 'clear', 'remove', ...(shape.besides ?? [])])) {
    if (child.name === 'clear') {
      emptyElement(child, []);
      items.clear();
      edits.push({ kind: 'clear' });
    } else if (child.name === 'remove') {
      const name = emptyElement(child, [shape.key]).required(shape.key);
      items.delete(fold(name));
      edits.push({ kind: 'remove', name });
    } else if (child.name === shape.add) {
      const item = shape.read(child);
      const key = fold(shape.keyOf(item));
      if (items.has(key)) throw duplicate(child, shape.key, shape.keyOf(item));
      items.set(key, item);
    }
  }
  return { items: [...items.values()], edits };
}

/** The attributes of an element that has no children. */
export function emptyElement(element: XmlElement, known: readonly string[]): Attributes {
  childrenOf(element, []);
  return new Attributes(element, known);
}

function duplicate(element: XmlElement, key: string, value: string): RewriteError {
  const message = `duplicate <${element.name}> with ${key}="${value}"; give it another ${key} or take one out`;
  return new RewriteError('duplicate-name', message, element.attributes.get(key)?.position ?? element.position);
}
