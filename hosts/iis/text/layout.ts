import type { XmlElement } from '@stopgap/xml';

/** The line break used around an offset: that of the line before it, else of the one after; empty: the text is one line. */
export function breakNear(text: string, offset: number): string {
  for (let at = offset - 1; at >= 0; at--) {
    const character = text[at];
    if (character === '\n') return text[at - 1] === '\r' ? '\r\n' : '\n';
    if (character === '\r') return '\r';
  }
  return /\r\n?|\n/.exec(text.slice(offset))?.[0] ?? '';
}

/** The white space that `offset` is indented by, where nothing else stands before it on its line. */
export function indentAt(text: string, offset: number): string | undefined {
  let at = offset;
  while (at > 0 && (text[at - 1] === ' ' || text[at - 1] === '\t')) at--;
  const before = text[at - 1];
  return at === 0 || before === '\n' || before === '\r' ? text.slice(at, offset) : undefined;
}

/** One step of indentation, as the file's own elements show it; IIS's four blanks where they do not. */
export function indentStep(text: string, root: XmlElement): string {
  const open = [root];
  for (let parent = open.shift(); parent; parent = open.shift()) {
    const outer = indentAt(text, parent.start);
    for (const child of parent.elements) {
      const inner = indentAt(text, child.start);
      if (outer !== undefined && inner?.startsWith(outer) && inner.length > outer.length) {
        return inner.slice(outer.length);
      }
      open.push(child);
    }
  }
  return '    ';
}

/** How far the children of an element are indented: as one that is there, else a step more than the element. */
export function childIndent(text: string, parent: XmlElement, step: string): string {
  for (const child of parent.elements.toReversed()) {
    const indent = indentAt(text, child.start);
    if (indent !== undefined) return indent;
  }
  return (indentAt(text, parent.start) ?? '') + step;
}

/** Start of the white space that leads to `offset`: the blanks on its line and one line break, where that is all there is. */
export function leadOf(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && (text[at - 1] === ' ' || text[at - 1] === '\t')) at--;
  if (text[at - 1] === '\n') return text[at - 2] === '\r' ? at - 2 : at - 1;
  return text[at - 1] === '\r' ? at - 1 : offset;
}
