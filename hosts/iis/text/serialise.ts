import type { XmlElement } from '@stopgap/xml';

/** A line of XML with how many steps it is indented. */
export interface Line {
  readonly depth: number;
  readonly text: string;
}

/** An element as lines, written as IIS writes it; whatever is not ASCII as a character reference, so that any encoding takes it. */
export function linesOf(element: XmlElement, depth: number): readonly Line[] {
  const open = openTag(element.name, [...element.attributes.values()]);
  if (element.elements.length === 0) return [{ depth, text: `<${open} />` }];
  return [
    { depth, text: `<${open}>` },
    ...element.elements.flatMap((child) => linesOf(child, depth + 1)),
    { depth, text: `</${element.name}>` },
  ];
}

/** Inside of a start tag: `name one="1"`. */
export function openTag(
  name: string,
  attributes: readonly { readonly name: string; readonly value: string }[],
): string {
  return [name, ...attributes.map((one) => `${one.name}="${escaped(one.value)}"`)].join(' ');
}

const named = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
]);

function escaped(value: string): string {
  return value.replace(
    /[&<>"]|[^ -~]/gu,
    (c) => named.get(c) ?? `&#x${(c.codePointAt(0) ?? 0).toString(16).toUpperCase()};`,
  );
}

/** An element as one text, equal for two elements exactly when names, attributes, order and text are. */
export function canonical(element: XmlElement): string {
  const attributes = [...element.attributes.values()].map((one) => `${one.name}="${escaped(one.value)}"`).sort();
  const inside = element.elements.map(canonical).join('');
  return `<${[element.name, ...attributes].join(' ')}>${escaped(element.text.trim())}${inside}</>`;
}
