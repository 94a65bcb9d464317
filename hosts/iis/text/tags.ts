import type { XmlElement } from '@stopgap/xml';

/** Where the parts of an element stand in its text, by offset. */
export interface Tag {
  /** Behind the `>` of the start tag. */
  readonly opened: number;
  /** `<` of the end tag; equal to `opened` where the element closes itself. */
  readonly closing: number;
  readonly selfClosing: boolean;
  /** White space before the `/>` of an element that closes itself. */
  readonly blank: string;
  /** Behind the last attribute. */
  readonly attributesEnd: number;
  /** Values without their quotes. */
  readonly values: ReadonlyMap<string, { readonly start: number; readonly end: number }>;
}

/** Finds the parts of an element that the reader found well-formed in this text. */
export function tagOf(text: string, element: XmlElement): Tag {
  const values = new Map<string, { start: number; end: number }>();
  const attribute = /\s+([^\s=/>]+)\s*=\s*("[^"]*"|'[^']*')/y;
  let at = element.start + 1 + element.name.length;
  attribute.lastIndex = at;
  for (let match = attribute.exec(text); match; match = attribute.exec(text)) {
    at = attribute.lastIndex;
    values.set(match[1] ?? '', { start: at - (match[2] ?? '').length + 1, end: at - 1 });
  }
  const end = /(\s*)(\/?)>/y;
  end.lastIndex = at;
  const match = end.exec(text);
  const opened = end.lastIndex;
  const selfClosing = match?.[2] === '/';
  const closing = selfClosing ? opened : text.lastIndexOf('</', element.end - 1);
  return { opened, closing, selfClosing, blank: match?.[1] ?? '', attributesEnd: at, values };
}
