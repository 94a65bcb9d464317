/** A comment in a well-formed text, by offset. */
export interface Comment {
  readonly start: number;
  readonly end: number;
  /** Between `<!--` and `-->`. */
  readonly inside: string;
}

/** All comments of a well-formed text; those that only look like one (in CDATA or a processing instruction) are not. */
export function commentsIn(text: string): readonly Comment[] {
  const found: Comment[] = [];
  const token = /<!--([\s\S]*?)-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>/g;
  for (const match of text.matchAll(token)) {
    if (match[1] === undefined) continue;
    found.push({ start: match.index, end: match.index + match[0].length, inside: match[1] });
  }
  return found;
}
