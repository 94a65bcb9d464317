import type { XmlElement } from '@stopgap/xml';
import { tagOf } from '../text/tags.ts';
import type { Addition } from './addition.ts';
import { sameName } from './place.ts';

/**
 * Where in an element that is there something of ours goes; without an addition: new elements, at the end.
 *
 * Inbound rules go first, so that no earlier rule can end the processing of an attack; but after every `<clear/>`, and
 * after each `<remove>` that could take them out. Outbound rules go last, so that no other overwrites what they set, but before
 * the first that ends processing.
 */
export function offsetFor(
  text: string,
  element: XmlElement,
  addition?: Addition,
  all: readonly Addition[] = [],
): number {
  const collection = addition?.place.collection;
  if (collection === 'rules' || collection === 'globalRules') return afterEdits(text, element, all);
  if (collection === 'outboundRules') {
    const ending = element.elements.find((child) => child.name === 'rule' && endsProcessing(child));
    const edits = afterEdits(text, element, all);
    if (ending) return Math.max(edits, before(text, element, ending));
  }
  return atEnd(text, element);
}

/** Behind the last `<clear/>`, and the last `<remove>` that stands in front or names one of ours. */
function afterEdits(text: string, element: XmlElement, all: readonly Addition[]): number {
  let last: XmlElement | undefined;
  let leading = true;
  for (const child of element.elements) {
    const removes = child.name === 'remove';
    const name = child.attributes.get('name')?.value ?? '';
    leading &&= removes || child.name === 'clear';
    if (child.name === 'clear' || (removes && (leading || all.some((one) => sameName(one.name, name))))) last = child;
  }
  return last ? last.end : tagOf(text, element).opened;
}

function before(text: string, element: XmlElement, child: XmlElement): number {
  const previous = element.elements[element.elements.indexOf(child) - 1];
  return previous ? previous.end : tagOf(text, element).opened;
}

/** Whether an outbound rule can keep the rules after it from a place. */
function endsProcessing(rule: XmlElement): boolean {
  const says = (name: string) => rule.attributes.get(name)?.value.toLowerCase();
  return says('stopProcessing') === 'true' && says('enabled') !== 'false';
}

/** Behind the last thing inside the element, comments included. */
function atEnd(text: string, element: XmlElement): number {
  const { opened, closing } = tagOf(text, element);
  return opened + text.slice(opened, closing).trimEnd().length;
}
