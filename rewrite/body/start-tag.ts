/** Where an attribute's value stands in the text, quotes left out. */
export interface AttributeValue {
  /** Lower case. */
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** A start tag found in a text. */
export interface StartTag {
  /** Lower case. */
  readonly name: string;
  readonly attributes: readonly AttributeValue[];
  /** Offset after its `>`. */
  readonly end: number;
}

/** What one may meet between the attributes of a tag. */
const between = /[\s/]*/y;
const tagName = /[a-z][^\s/>]*/iy;
const attributeName = /=?[^\s/>=]*/y;
const equals = /\s*=\s*/y;
const unquoted = /[^\s>]*/y;

function take(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/**
 * Reads the start tag whose `<` stands at `at` (HTML, "Tag open state" and on). Nothing where the text ends inside the tag,
 * or where no tag begins.
 */
export function readStartTag(text: string, at: number): StartTag | undefined {
  const name = take(tagName, text, at + 1);
  if (name === undefined) return undefined;
  const attributes: AttributeValue[] = [];
  let position = at + 1 + name.length;
  for (;;) {
    position += (take(between, text, position) ?? '').length;
    if (position >= text.length) return undefined;
    if (text[position] === '>') return { name: name.toLowerCase(), attributes, end: position + 1 };
    const attribute = take(attributeName, text, position) ?? '';
    position += attribute.length;
    const sign = take(equals, text, position);
    if (sign === undefined) continue;
    position += sign.length;
    const value = readValue(text, position);
    if (!value) return undefined;
    attributes.push({ name: attribute.toLowerCase(), from: value.from, to: value.to });
    position = value.after;
  }
}

function readValue(
  text: string,
  at: number,
): { readonly from: number; readonly to: number; readonly after: number } | undefined {
  const quote = text[at];
  if (quote === undefined) return undefined;
  if (quote !== '"' && quote !== "'") {
    const to = at + (take(unquoted, text, at) ?? '').length;
    return { from: at, to, after: to };
  }
  const close = text.indexOf(quote, at + 1);
  return close < 0 ? undefined : { from: at + 1, to: close, after: close + 1 };
}
